/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RequestOp;
import dev.quorate.api.model.ResponseOp;
import dev.quorate.api.model.TxnRequest;
import dev.quorate.api.model.TxnResponse;
import dev.quorate.api.platform.Metrics;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what requests do to keys, as etcd counts it: a look at a previous value and a comparison are ranges too, and a
 * transaction is whatever does more than one thing. Thread-safe.
 *
 * <p>Source: etcd v3.7.1, {@code server/storage/mvcc/metrics_txn.go}, and where {@code server/etcdserver/txn} reads.
 */
final class OperationCounts {
    private final Metrics.Counter puts;
    private final Metrics.Counter deletions;
    private final Metrics.Counter ranges;
    private final Metrics.Counter txns;
    private final AtomicLong putBytes = new AtomicLong();

    OperationCounts(Metrics metrics) {
        puts = metrics.counter("etcd_mvcc_put_total", "Total number of puts seen by this member.");
        deletions = metrics.counter("etcd_mvcc_delete_total", "Total number of deletes seen by this member.");
        ranges = metrics.counter("etcd_mvcc_range_total", "Total number of ranges seen by this member.");
        txns = metrics.counter("etcd_mvcc_txn_total", "Total number of txns seen by this member.");
        metrics.gauge(
                "etcd_debugging_mvcc_total_put_size_in_bytes",
                "The total size of put kv pairs seen by this member.",
                () -> (double) putBytes.get());
    }

    void range() {
        ranges.add(1);
    }

    void put(PutRequest put) {
        done(of(put));
    }

    void deleteRange(DeleteRangeRequest deletion) {
        done(of(deletion));
    }

    /** Counts a transaction; one that writes compares in a transaction of its own, before. */
    void txn(TxnRequest request, TxnResponse response, boolean readOnly) {
        int compared = comparisons(request, response);
        ranges.add(compared);
        int operations = operations(request, response);
        if (readOnly) {
            done(compared + operations);
        } else {
            done(compared);
            done(operations);
        }
    }

    private void done(int operations) {
        if (operations > 1) {
            txns.add(1);
        }
    }

    private int of(PutRequest put) {
        puts.add(1);
        putBytes.addAndGet(put.key().length() + put.value().length());
        return looksBack(put) ? 1 + previous() : 1;
    }

    static boolean looksBack(PutRequest put) {
        return put.prevKv() || put.ignoreValue() || put.ignoreLease();
    }

    private int of(DeleteRangeRequest deletion) {
        deletions.add(1);
        return deletion.prevKv() ? 1 + previous() : 1;
    }

    private int previous() {
        ranges.add(1);
        return 1;
    }

    /** Counts the comparisons made; if they fail, it is not known here which one did, so one is counted. */
    private static int comparisons(TxnRequest request, TxnResponse response) {
        int all = request.compares().size();
        int made = response.succeeded() ? all : Math.min(1, all);
        List<RequestOp> taken = taken(request, response);
        for (int i = 0; i < taken.size() && i < response.responses().size(); i++) {
            if (taken.get(i) instanceof TxnRequest nested
                    && response.responses().get(i) instanceof TxnResponse answer) {
                made += comparisons(nested, answer);
            }
        }
        return made;
    }

    private static List<RequestOp> taken(TxnRequest request, TxnResponse response) {
        return response.succeeded() ? request.success() : request.failure();
    }

    /** Counts the operations of the branch that was taken. */
    private int operations(TxnRequest request, TxnResponse response) {
        List<RequestOp> taken = taken(request, response);
        List<ResponseOp> answers = response.responses();
        int done = 0;
        for (int i = 0; i < taken.size() && i < answers.size(); i++) {
            RequestOp op = taken.get(i);
            if (op instanceof PutRequest put) {
                done += of(put);
            } else if (op instanceof DeleteRangeRequest deletion) {
                done += of(deletion);
            } else if (op instanceof RangeRequest) {
                ranges.add(1);
                done++;
            } else if (op instanceof TxnRequest nested && answers.get(i) instanceof TxnResponse answer) {
                done += operations(nested, answer);
            }
        }
        return done;
    }
}
