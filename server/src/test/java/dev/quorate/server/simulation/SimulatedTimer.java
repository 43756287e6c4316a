/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import dev.quorate.api.platform.Clock;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A timer whose thread works when the simulation says so: what is due first comes first. */
final class SimulatedTimer extends AbstractExecutorService implements ScheduledExecutorService {
    private final Clock clock;
    private final TreeSet<Task<?>> tasks = new TreeSet<>();
    private long made;
    private boolean running;
    private boolean shut;

    SimulatedTimer(Clock clock) {
        this.clock = clock;
    }

    private final class Task<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {
        private final long number = ++made;
        private final long period; // 0 for once, negative for the pause after each run
        private long due;

        Task(Callable<V> work, long due, long period) {
            super(work);
            this.due = due;
            this.period = period;
        }

        @Override
        public boolean isPeriodic() {
            return period != 0;
        }

        @Override
        public void run() {
            if (!isPeriodic()) {
                super.run();
            } else if (runAndReset() && !shut) {
                due = period > 0 ? due + period : clock.monotonicNanos() - period;
                tasks.add(this);
            }
        }

        @Override
        public boolean cancel(boolean interrupt) {
            tasks.remove(this);
            return super.cancel(interrupt);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - clock.monotonicNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            Task<?> task = (Task<?>) other;
            return due == task.due ? Long.compare(number, task.number) : Long.compare(due, task.due);
        }
    }

    /** Tells whether something is due. */
    boolean isReady() {
        return !running && !tasks.isEmpty() && tasks.first().due <= clock.monotonicNanos();
    }

    boolean isRunning() {
        return running;
    }

    /** Runs what is due first. */
    void runOne() {
        Task<?> task = tasks.pollFirst();
        if (task != null) {
            running = true;
            try {
                task.run();
            } finally {
                running = false;
            }
        }
    }

    private <V> Task<V> add(Callable<V> work, long delayNanos, long period) {
        if (shut) {
            throw new RejectedExecutionException("the timer has ended");
        }
        Task<V> task = new Task<>(work, clock.monotonicNanos() + delayNanos, period);
        tasks.add(task);
        return task;
    }

    private static Callable<Void> callable(Runnable work) {
        return () -> {
            work.run();
            return null;
        };
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
        return add(callable(work), unit.toNanos(delay), 0);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> work, long delay, TimeUnit unit) {
        return add(work, unit.toNanos(delay), 0);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable work, long first, long period, TimeUnit unit) {
        return add(callable(work), unit.toNanos(first), unit.toNanos(period));
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable work, long first, long pause, TimeUnit unit) {
        return add(callable(work), unit.toNanos(first), -unit.toNanos(pause));
    }

    @Override
    public void execute(Runnable work) {
        add(callable(work), 0, 0);
    }

    @Override
    public void shutdown() {
        shut = true;
        tasks.clear();
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shut;
    }

    @Override
    public boolean isTerminated() {
        return shut;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shut;
    }
}
