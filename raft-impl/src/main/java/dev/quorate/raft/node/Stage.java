/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import java.util.concurrent.locks.LockSupport;

/**
 * A thread that works when it is woken and sleeps otherwise. It is never interrupted, since an interrupt would close
 * the files that it writes.
 */
abstract class Stage {
    private final Thread thread;
    private volatile boolean woken;
    private volatile boolean stopping;

    Stage(String name) {
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /** Does all that there is to do now. */
    abstract void work();

    void start() {
        thread.start();
    }

    boolean isCurrent() {
        return Thread.currentThread().equals(thread);
    }

    void wake() {
        if (!woken) {
            woken = true;
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (true) {
            if (woken) {
                woken = false;
                work();
            } else if (stopping) {
                return;
            } else {
                LockSupport.park(this);
            }
        }
    }

    /** Lets the thread end once nothing is left to do, and waits for it. */
    void stop() {
        stopping = true;
        woken = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive() && !isCurrent()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
