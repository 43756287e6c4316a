/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RequestOp;
import dev.quorate.api.model.TxnRequest;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Decides whether storage has room for a request.
 *
 * <p>Asking the engine for its size costs more than a put does, so the size is asked for now and then and what was
 * admitted since is added; near the limit it is asked for each time. Thread-safe. Source: etcd v3.7.1,
 * {@code server/storage/quota.go}.
 */
final class Quota {
    /** The quota when none is configured: 2 GiB. */
    static final long DEFAULT_BYTES = 2L << 30;

    private static final int RECORD_OVERHEAD_BYTES = 256;
    private static final int LEASE_BYTES = 64;
    private static final long SAMPLE_EVERY_BYTES = 4 << 20;

    private final long limitBytes;
    private final LongSupplier sizeOnDisk;
    private final AtomicLong admitted = new AtomicLong();
    private volatile long sampled = Long.MAX_VALUE; // forces a sample at the first request

    /**
     * Creates the quota.
     *
     * @param configuredBytes as configured: 0 for the default, negative for none
     * @param sizeOnDisk asks the engine
     */
    Quota(long configuredBytes, LongSupplier sizeOnDisk) {
        this.limitBytes = configuredBytes == 0 ? DEFAULT_BYTES : configuredBytes;
        this.sizeOnDisk = sizeOnDisk;
    }

    /** Returns the limit in force in bytes; negative if there is none. */
    long limitBytes() {
        return limitBytes;
    }

    /** Tells whether a request has room, and counts it as stored. */
    boolean admits(long costBytes) {
        if (limitBytes < 0 || costBytes == 0) {
            return true;
        }
        long since = admitted.addAndGet(costBytes);
        return isFarFromLimit(since) || sample() + costBytes < limitBytes;
    }

    /** Tells the same of a request that was counted when it was admitted. */
    boolean fits(long costBytes) {
        return limitBytes < 0
                || costBytes == 0
                || isFarFromLimit(admitted.get() + costBytes)
                || sample() + costBytes < limitBytes;
    }

    /** Asks for the size at the next request: storage holds something else now. */
    void forget() {
        sampled = Long.MAX_VALUE;
    }

    private boolean isFarFromLimit(long since) {
        return since < SAMPLE_EVERY_BYTES && sampled < limitBytes - since;
    }

    private long sample() {
        long size = sizeOnDisk.getAsLong();
        sampled = size;
        admitted.set(0);
        return size;
    }

    static long costOfLease() {
        return LEASE_BYTES;
    }

    static long costOf(PutRequest put) {
        return (long) RECORD_OVERHEAD_BYTES + put.key().length() + put.value().length();
    }

    static long costOf(TxnRequest txn) {
        return Math.max(costOf(txn.success()), costOf(txn.failure()));
    }

    private static long costOf(List<RequestOp> ops) {
        long cost = 0;
        for (RequestOp op : ops) {
            if (op instanceof PutRequest put) {
                cost += costOf(put);
            } else if (op instanceof TxnRequest nested) {
                cost += costOf(nested);
            }
        }
        return cost;
    }
}
