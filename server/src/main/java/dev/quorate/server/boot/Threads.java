/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads of a member beside those of the log. */
final class Threads implements AutoCloseable {
    private static final int POOL_QUEUE_MAX = 10_000;

    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, task -> daemon(task, "quorate-timer"));
    private final ScheduledThreadPoolExecutor ticks =
            new ScheduledThreadPoolExecutor(1, task -> daemon(task, "quorate-tick"));
    private final ThreadPoolExecutor pool;

    Threads() {
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        pool = new ThreadPoolExecutor(
                threads,
                threads,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(POOL_QUEUE_MAX),
                task -> daemon(task, "quorate-read"));
        pool.allowCoreThreadTimeOut(true);
        ticks.setRemoveOnCancelPolicy(true);
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    ScheduledExecutorService timer() {
        return timer;
    }

    /** Raft's time, on a thread of its own: nothing may make it late. */
    ScheduledExecutorService ticks() {
        return ticks;
    }

    Executor pool() {
        return pool;
    }

    void start(String name, Runnable body) {
        daemon(body, name).start();
    }

    /**
     * Takes nothing more and lets what runs end, for ten seconds; nothing is interrupted, since that would close files.
     */
    @Override
    public void close() {
        timer.shutdown();
        ticks.shutdown();
        pool.shutdown();
        boolean interrupted = false;
        try {
            pool.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
