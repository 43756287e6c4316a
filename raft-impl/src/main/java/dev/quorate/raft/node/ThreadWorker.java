/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import java.util.concurrent.locks.LockSupport;

/** A thread. It is never interrupted, since an interrupt would close the files that it writes. */
final class ThreadWorker implements Workers.Worker {
    private final Thread thread;
    private final Runnable work;
    private volatile boolean woken;
    private volatile boolean stopping;

    ThreadWorker(String name, Runnable work) {
        this.work = work;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public boolean isCurrent() {
        return Thread.currentThread().equals(thread);
    }

    @Override
    public void wake() {
        if (!woken) {
            woken = true;
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (true) {
            if (woken) {
                woken = false;
                work.run();
            } else if (stopping) {
                return;
            } else {
                LockSupport.park(this);
            }
        }
    }

    @Override
    public void stop() {
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
