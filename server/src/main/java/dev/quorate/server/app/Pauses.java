/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.error.EtcdError;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits without holding a thread, for what is rare. Thread-safe. */
final class Pauses {
    private static final long LOOK_MILLIS = 1;

    private final ScheduledExecutorService timer;

    Pauses(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    /** Completes after a while, on the thread of the timer; fails with {@code STOPPED} if that has ended. */
    CompletableFuture<Void> millis(long millis) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        try {
            timer.schedule(() -> over.complete(null), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            over.completeExceptionally(EtcdError.STOPPED.exception());
        }
        return over;
    }

    /** Completes when something holds; it is looked at again each millisecond. */
    CompletableFuture<Void> until(BooleanSupplier holds) {
        if (holds.getAsBoolean()) {
            return CompletableFuture.completedFuture(null);
        }
        return millis(LOOK_MILLIS).thenCompose(later -> until(holds));
    }
}
