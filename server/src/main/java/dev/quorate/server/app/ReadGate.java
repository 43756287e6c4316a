/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.raft.spi.Consensus;
import dev.quorate.raft.spi.Consensus.DropReason;
import dev.quorate.raft.spi.Consensus.ReadIndexListener;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Lets a read through when it would see every change that was answered before it was asked for.
 *
 * <p>When the log confirms at once and the index is applied, as in a group of one, the read runs on the caller's
 * thread. Thread-safe.
 */
final class ReadGate {
    private final Consensus consensus;
    private final AppliedWaits waits;
    private final Executor pool;

    ReadGate(Consensus consensus, AppliedWaits waits, Executor pool) {
        this.consensus = consensus;
        this.waits = waits;
        this.pool = pool;
    }

    /**
     * Reads.
     *
     * @param linearizable false if this member's own state will do
     * @param read the read; may throw an expected outcome
     * @param small tells whether the read is short enough for the caller's thread; asked when it may begin
     * @param <T> the answer
     * @return the answer
     */
    <T> CompletableFuture<T> read(boolean linearizable, Supplier<T> read, Supplier<Boolean> small) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Thread caller = Thread.currentThread();
        Runnable run = () -> {
            if (Thread.currentThread().equals(caller) && small.get()) {
                complete(answer, read);
            } else {
                pool.execute(() -> complete(answer, read));
            }
        };
        if (!linearizable) {
            run.run();
            return answer;
        }
        consensus.readIndex(new ReadIndexListener() {
            @Override
            public void confirmed(long index) {
                waits.whenApplied(index, run);
            }

            @Override
            public void failed(DropReason reason) {
                answer.completeExceptionally(Proposals.failureOf(reason));
            }
        });
        return answer;
    }

    private static <T> void complete(CompletableFuture<T> answer, Supplier<T> read) {
        try {
            answer.complete(read.get());
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }
}
