/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import dev.quorate.api.platform.Clock;
import dev.quorate.raft.spi.Ticker;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ticks by a clock, on a scheduler that wakes it once per tick.
 *
 * <p>What counts is the clock: at each wake-up as many ticks are handed in as whole intervals have passed, less those
 * before. So a wake-up that is late, after a pause of the process, hands in all that were missed, and no tick is early.
 */
final class Ticks implements Ticker {
    private final ScheduledExecutorService scheduler;
    private final Clock clock;

    Ticks(ScheduledExecutorService scheduler, Clock clock) {
        this.scheduler = scheduler;
        this.clock = clock;
    }

    @Override
    public Handle start(Duration interval, Runnable task) {
        Running running = new Running(interval.toNanos(), task, clock);
        running.schedule(scheduler);
        return running;
    }

    private static final class Running implements Handle {
        private final long interval;
        private final Runnable task;
        private final Clock clock;
        private final long begun;
        private long ticked;
        private boolean closed;
        private @Nullable ScheduledFuture<?> wakeUps;

        Running(long interval, Runnable task, Clock clock) {
            this.interval = interval;
            this.task = task;
            this.clock = clock;
            begun = clock.monotonicNanos();
        }

        synchronized void schedule(ScheduledExecutorService scheduler) {
            wakeUps = scheduler.scheduleAtFixedRate(this::wakeUp, interval, interval, TimeUnit.NANOSECONDS);
        }

        private synchronized void wakeUp() {
            long due = (clock.monotonicNanos() - begun) / interval;
            while (ticked < due && !closed) {
                ticked++;
                task.run();
            }
        }

        @Override
        public synchronized void close() {
            closed = true;
            if (wakeUps != null) {
                wakeUps.cancel(false);
            }
        }
    }
}
