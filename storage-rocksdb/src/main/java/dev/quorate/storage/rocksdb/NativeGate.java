/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.rocksdb;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps the native store open while anyone is in it: a call into closed native memory would end the process.
 *
 * <p>Entering counts in one of a few places, chosen by thread, so that readers do not meet in one. Thread-safe.
 */
final class NativeGate {
    private static final int STRIPES = 16;
    private static final int SPREAD = 16; // ints between two places: a cache line

    private final AtomicIntegerArray inside = new AtomicIntegerArray(STRIPES * SPREAD);
    private final AtomicInteger closing = new AtomicInteger();

    private static int place() {
        return (int) (Thread.currentThread().getId() % STRIPES) * SPREAD;
    }

    void enter() {
        int place = place();
        inside.incrementAndGet(place);
        if (closing.get() != 0) {
            inside.decrementAndGet(place);
            throw new IllegalStateException("the store is closed");
        }
    }

    /** Leaves on the thread that entered, or on another: only the sum counts. */
    void leave() {
        inside.decrementAndGet(place());
    }

    void check() {
        if (isClosed()) {
            throw new IllegalStateException("the store is closed");
        }
    }

    boolean isClosed() {
        return closing.get() != 0;
    }

    /** Lets nobody in any more and waits for those inside; false if somebody else closes already. */
    boolean close() {
        if (!closing.compareAndSet(0, 1)) {
            return false;
        }
        while (sum() != 0) {
            LockSupport.parkNanos(100_000);
        }
        return true;
    }

    private int sum() {
        int sum = 0;
        for (int i = 0; i < STRIPES; i++) {
            sum += inside.get(i * SPREAD);
        }
        return sum;
    }
}
