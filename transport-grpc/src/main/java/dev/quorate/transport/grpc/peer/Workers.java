/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that read and take in states of snapshots: one for each that is under way. Thread-safe. */
final class Workers {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final long STOP_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

    private final Set<Thread> running = new HashSet<>();
    private boolean closed;

    /** Starts a task; false if no more are taken. */
    synchronized boolean start(String name, Runnable task) {
        if (closed) {
            return false;
        }
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        LOG.error("a thread of the peer transport has failed", e);
                    } finally {
                        over(Thread.currentThread());
                    }
                },
                name);
        thread.setDaemon(true);
        running.add(thread);
        thread.start();
        return true;
    }

    private synchronized void over(Thread thread) {
        running.remove(thread);
        notifyAll();
    }

    synchronized int count() {
        return running.size();
    }

    /** Takes no more tasks. */
    synchronized void close() {
        closed = true;
    }

    /** Waits until all are through, with a bound; the caller's own thread does not count. */
    synchronized void awaitEnd() {
        long begun = Nanos.now();
        boolean interrupted = false;
        while (running.stream().anyMatch(one -> one != Thread.currentThread())) {
            long left = TimeUnit.NANOSECONDS.toMillis(STOP_NANOS_MAX - Nanos.since(begun));
            if (left <= 0) {
                LOG.warn("a snapshot is still under way although the peer transport is closed");
                break;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                interrupted = true;
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
