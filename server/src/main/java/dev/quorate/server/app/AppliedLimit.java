/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.error.EtcdError;
import dev.quorate.raft.spi.Consensus;
import java.util.concurrent.CompletableFuture;

/** Waits until everything is applied that is committed now, but not for long. Thread-safe. */
final class AppliedLimit {
    private static final long LIMIT_MILLIS = 1000;

    private final Consensus consensus;
    private final AppliedWaits waits;
    private final Pauses pauses;

    AppliedLimit(Consensus consensus, AppliedWaits waits, Pauses pauses) {
        this.consensus = consensus;
        this.waits = waits;
        this.pauses = pauses;
    }

    /** Completes when it is applied; fails with {@code TIMEOUT_WAIT_APPLIED_INDEX} after a second. */
    CompletableFuture<Void> reach() {
        long index = consensus.status().commitIndex();
        if (waits.applied() >= index) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> reached = new CompletableFuture<>();
        waits.whenApplied(index, () -> reached.complete(null));
        pauses.millis(LIMIT_MILLIS)
                .thenRun(() -> reached.completeExceptionally(EtcdError.TIMEOUT_WAIT_APPLIED_INDEX.exception()));
        return reached;
    }
}
