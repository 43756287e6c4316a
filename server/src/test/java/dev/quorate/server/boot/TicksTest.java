/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.platform.Clock;
import dev.quorate.raft.spi.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Wake-ups by hand, at times that the test chooses. */
class TicksTest {
    private static final long TICK = 100;

    private final FakeTime time = new FakeTime();
    private int ticks;

    private static final class FakeTime extends ScheduledThreadPoolExecutor implements Clock {
        private long now = 5_000;
        private final List<Runnable> wakeUps = new ArrayList<>();

        FakeTime() {
            super(0);
        }

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long delay, long period, TimeUnit unit) {
            wakeUps.add(task);
            return super.schedule(() -> {}, 1, TimeUnit.DAYS);
        }

        @Override
        public long monotonicNanos() {
            return now;
        }

        @Override
        public long wallMillis() {
            return 0;
        }

        void wakeUpAt(long nanos) {
            now = 5_000 + nanos;
            wakeUps.forEach(Runnable::run);
        }
    }

    private Ticker.Handle start() {
        return new Ticks(time, time).start(Duration.ofNanos(TICK), () -> ticks++);
    }

    @Test
    void ticksOncePerInterval() {
        start();
        time.wakeUpAt(100);
        assertThat(ticks).isEqualTo(1);
        time.wakeUpAt(215);
        time.wakeUpAt(300);
        assertThat(ticks).isEqualTo(3);
        time.shutdownNow();
    }

    @Test
    void isNeverEarly() {
        start();
        time.wakeUpAt(99);
        assertThat(ticks).isZero();
        time.shutdownNow();
    }

    @Test
    void handsInWhatAPauseHasMissedAndNoMore() {
        start();
        time.wakeUpAt(1_050);
        assertThat(ticks).isEqualTo(10);
        time.wakeUpAt(1_051); // the wake-ups that the pause has held up come all at once
        time.wakeUpAt(1_052);
        assertThat(ticks).isEqualTo(10);
        time.wakeUpAt(1_100);
        assertThat(ticks).isEqualTo(11);
        time.shutdownNow();
    }

    @Test
    void endsWhenItIsClosedEvenFromWithinATick() {
        List<Ticker.Handle> handle = new ArrayList<>();
        handle.add(new Ticks(time, time).start(Duration.ofNanos(TICK), () -> {
            ticks++;
            handle.get(0).close();
        }));
        time.wakeUpAt(1_000);
        assertThat(ticks).isEqualTo(1);
        time.shutdownNow();
    }
}
