/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.h2;

import dev.quorate.api.storage.StorageException;

/** Commits and syncs a store now and then, or when much has changed, so that a restart has little to replay. */
final class Committer extends Thread {
    private static final long INTERVAL_MILLIS = 1000;
    private static final long BYTES_MAX = 16 << 20;

    private final MvStoreEngine engine;
    private long bytes;
    private boolean ended;

    Committer(MvStoreEngine engine) {
        super("quorate-h2-commit");
        this.engine = engine;
        setDaemon(true);
    }

    synchronized void wrote(int more) {
        boolean much = bytes < BYTES_MAX && bytes + more >= BYTES_MAX;
        bytes += more;
        if (much) {
            notifyAll();
        }
    }

    @Override
    public void run() {
        try {
            while (awaitChange()) {
                engine.flush();
            }
        } catch (StorageException | IllegalStateException e) {
            return; // the engine keeps the failure and tells whoever writes next
        }
    }

    private synchronized boolean awaitChange() {
        long until = System.nanoTime() + INTERVAL_MILLIS * 1_000_000;
        while (!ended && bytes < BYTES_MAX) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0 && bytes > 0) {
                break;
            }
            try {
                wait(left <= 0 ? INTERVAL_MILLIS : left);
            } catch (InterruptedException e) {
                return false; // nobody interrupts this thread but somebody who wants it to end
            }
        }
        bytes = 0;
        return !ended;
    }

    /** Lets the thread end, and waits for it. */
    void end() {
        synchronized (this) {
            ended = true;
            notifyAll();
        }
        boolean interrupted = false;
        while (isAlive()) {
            try {
                join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
