/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.error.EtcdError;
import dev.quorate.api.platform.Metrics;
import dev.quorate.mvcc.MvccStore;
import dev.quorate.mvcc.ReplacedException;
import dev.quorate.raft.spi.Consensus;
import dev.quorate.raft.spi.Consensus.DropReason;
import dev.quorate.raft.spi.Consensus.ReadIndexListener;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Lets a read through when it would see every change that was answered before it was asked for.
 *
 * <p>A read that meets a state which is being replaced ({@link ReplacedException}) is done again when the new one is
 * there.
 *
 * <p>When the log confirms at once and the index is applied, as in a group of one, the read runs on the caller's
 * thread. The log asks again where a question may be lost, and gives up after the time of a request. Thread-safe.
 */
final class ReadGate {
    private final Consensus consensus;
    private final AppliedWaits waits;
    private final MvccStore store;
    private final ConfirmedReads confirmed;
    private final Metrics.Counter slow;
    private final Metrics.Counter failed;

    ReadGate(Consensus consensus, AppliedWaits waits, MvccStore store, Executor pool, Metrics metrics) {
        this.consensus = consensus;
        this.waits = waits;
        this.store = store;
        this.confirmed = new ConfirmedReads(pool);
        this.slow = metrics.counter(
                "etcd_server_slow_read_indexes_total",
                "The total number of pending read indexes not in sync with leader's or timed out read index requests.");
        this.failed = metrics.counter(
                "etcd_server_read_indexes_failed_total", "The total number of failed read indexes seen.");
    }

    /**
     * Reads.
     *
     * @param linearizable false if this member's own state will do
     * @param read the read; may throw an expected outcome
     * @param small tells whether the read is short enough for the caller's thread; asked when it may begin
     * @param <T> the answer
     * @return the answer; fails with {@code TIMEOUT} if no leader has confirmed the read in time
     */
    <T> CompletableFuture<T> read(boolean linearizable, Supplier<T> read, Supplier<Boolean> small) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Attempt<T> attempt = new Attempt<>(answer, read, small);
        if (!linearizable) {
            attempt.runOrHandOver();
            return answer;
        }
        consensus.readIndex(attempt);
        return answer;
    }

    /** A read on its way: one object, because there is one for each read. */
    private final class Attempt<T> implements ReadIndexListener, ConfirmedReads.Read {
        private final CompletableFuture<T> answer;
        private final Supplier<T> read;
        private final Supplier<Boolean> small;
        private final Thread caller = Thread.currentThread();

        Attempt(CompletableFuture<T> answer, Supplier<T> read, Supplier<Boolean> small) {
            this.answer = answer;
            this.read = read;
            this.small = small;
        }

        @Override
        public void confirmed(long index) {
            if (waits.applied() >= index) {
                ready();
            } else {
                waits.whenApplied(index, this::ready);
            }
        }

        /** The caller may do a short read itself. Anybody else has something better to do. */
        private void ready() {
            if (Thread.currentThread().equals(caller)) {
                runOrHandOver();
            } else {
                confirmed.add(this);
            }
        }

        void runOrHandOver() {
            if (isShort()) {
                run();
            } else {
                confirmed.execute(this);
            }
        }

        @Override
        public void failed(DropReason reason) {
            (reason == DropReason.TIMEOUT ? slow : failed).add(1);
            answer.completeExceptionally(Proposals.failureOf(reason));
        }

        @Override
        public boolean isShort() {
            try {
                return small.get();
            } catch (ReplacedException e) {
                return false;
            }
        }

        @Override
        public void run() {
            try {
                answer.complete(read.get());
            } catch (ReplacedException e) {
                store.whenReadable().whenComplete((done, failure) -> {
                    if (failure == null) {
                        confirmed.execute(this);
                    } else {
                        answer.completeExceptionally(EtcdError.STOPPED.exception());
                    }
                });
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        }

        @Override
        public void refuse() {
            answer.completeExceptionally(EtcdError.REQUEST_TOO_MANY_REQUESTS.exception());
        }
    }

    /**
     * Does something long that reads the whole of this member's own state.
     *
     * @param read the read; may throw an expected outcome
     * @param <T> the answer
     * @return the answer
     */
    <T> CompletableFuture<T> readAll(Supplier<T> read) {
        return read(false, read, () -> false);
    }

    /** Waits until this member would see every change that was answered before. */
    CompletableFuture<Void> confirm() {
        return read(true, () -> null, () -> true);
    }
}
