/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.error.EtcdError;
import dev.quorate.api.platform.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A member that was paused does not take itself for the leader unasked. */
class ActivityTest {
    private long millis = 1000;
    private boolean leads = true;
    private int asked;
    private CompletableFuture<Void> answer = CompletableFuture.completedFuture(null);
    private final Clock clock = new Clock() {
        @Override
        public long monotonicNanos() {
            return TimeUnit.MILLISECONDS.toNanos(millis);
        }

        @Override
        public long wallMillis() {
            return millis;
        }
    };
    private final Activity activity = new Activity(clock, this::ask, () -> leads, 100);

    private CompletableFuture<Void> ask() {
        asked++;
        return answer;
    }

    private void pause() {
        millis += 5000;
    }

    @Test
    void asksNobodyWhileItIsAtWork() {
        for (int i = 0; i < 20; i++) {
            millis += 250;
            assertThat(activity.confirmLeader()).isCompletedWithValue(true);
            activity.beat();
        }
        assertThat(asked).isZero();
    }

    @Test
    void asksOnceAfterAPause() {
        pause();
        activity.beat(); // it goes on, and nobody has told it yet that another one leads
        assertThat(activity.confirmLeader()).isCompletedWithValue(true);
        assertThat(activity.confirmLeader()).isCompletedWithValue(true);
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void asksEvenBeforeTheFirstBeatAfterAPause() {
        pause();
        assertThat(activity.confirmLeader()).isCompletedWithValue(true);
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void asksUntilItIsConfirmed() {
        pause();
        activity.beat();
        answer = CompletableFuture.failedFuture(EtcdError.TIMEOUT.exception());
        assertThat(activity.confirmLeader()).isCompletedWithValue(false);
        answer = CompletableFuture.completedFuture(null);
        leads = false;
        assertThat(activity.confirmLeader()).isCompletedWithValue(false);
        leads = true;
        assertThat(activity.confirmLeader()).isCompletedWithValue(true);
        assertThat(activity.confirmLeader()).isCompletedWithValue(true);
        assertThat(asked).isEqualTo(3);
    }

    @Test
    void aPauseWhileItAsksCounts() {
        pause();
        activity.beat();
        answer = new CompletableFuture<>();
        CompletableFuture<Boolean> first = activity.confirmLeader();
        pause();
        activity.beat();
        answer.complete(null);
        assertThat(first).isCompletedWithValue(true);
        activity.confirmLeader();
        assertThat(asked).isEqualTo(2);
    }
}
