/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.schema.Command;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A command on its way through the log, and the future of its answer: one object, because there is one for each write.
 *
 * <p>The applier settles it ({@link #settle}) while it holds the batch, and completes it ({@link #finish}) when the
 * batch is visible.
 *
 * @param <R> the answer
 */
final class Proposal<R> extends CompletableFuture<R> {
    final long id;
    final @Nullable Command command; // null for a change of membership
    final long startNanos;
    private @Nullable Object outcome; // an answer, a Throwable or a Delayed; confined to the thread that applies

    Proposal(long id, @Nullable Command command, long startNanos) {
        this.id = id;
        this.command = command;
        this.startNanos = startNanos;
    }

    void settle(Object answerOrFailure) {
        outcome = answerOrFailure;
    }

    /**
     * A failure that its proposer hears of only after something else is done.
     *
     * @param after what is done first
     * @param failure the failure
     */
    record Delayed(CompletableFuture<?> after, Throwable failure) {}

    @SuppressWarnings("unchecked") // the applier answers each command with its own kind of answer
    void finish() {
        if (outcome instanceof Throwable failure) {
            completeExceptionally(failure);
        } else if (outcome instanceof Delayed delayed) {
            delayed.after().whenComplete((done, problem) -> completeExceptionally(delayed.failure()));
        } else {
            complete((R) outcome);
        }
    }
}
