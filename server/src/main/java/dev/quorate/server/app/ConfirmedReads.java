/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads that may be done now. Their index comes for many at once, on a thread that must not be held up, so short ones
 * are done one after the other by one task of the pool; long ones get a task each. Thread-safe.
 */
final class ConfirmedReads {
    /** A read. Both methods never throw. */
    interface Read {
        /** Tells whether it is short and in memory. */
        boolean isShort();

        /** Does it. */
        void run();

        /** Says that the member has too much to do for it, or has stopped. */
        void refuse();
    }

    private final Executor pool;
    private final Queue<Read> reads = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    ConfirmedReads(Executor pool) {
        this.pool = pool;
    }

    /** Has a read done soon, on a thread of the pool. */
    void add(Read read) {
        reads.add(read);
        if (waiting.getAndIncrement() == 0) {
            try {
                pool.execute(() -> drain(true));
            } catch (RejectedExecutionException e) {
                drain(false);
            }
        }
    }

    private void drain(boolean accepted) {
        int taken = waiting.get();
        while (taken != 0) {
            for (Read read = reads.poll(); read != null; read = reads.poll()) {
                if (!accepted) {
                    read.refuse();
                } else if (read.isShort()) {
                    read.run();
                } else {
                    execute(read);
                }
            }
            taken = waiting.addAndGet(-taken);
        }
    }

    /** Has a read done by a task of its own. */
    void execute(Read read) {
        try {
            pool.execute(read::run);
        } catch (RejectedExecutionException e) {
            read.refuse();
        }
    }
}
