/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.platform.Clock;
import dev.quorate.membership.Membership;
import dev.quorate.raft.spi.PeerCallException;
import dev.quorate.raft.spi.PeerCalls;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Has the leader do what only it can: this member if it leads, else another one, and again until one has done it or the
 * time of a request is over. Thread-safe.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/v3_server.go}, {@code LeaseRenew}.
 */
final class LeaderCalls {
    private static final long PAUSE_MILLIS = 50;

    private final PeerCalls calls;
    private final LeaderWatch leaders;
    private final Membership membership;
    private final Pauses pauses;
    private final Clock clock;
    private final BooleanSupplier stopped;
    private final long memberId;
    private final long timeoutNanos;
    private final long callNanos;

    LeaderCalls(MemberParts parts, Clock clock) {
        this.calls = parts.calls();
        this.leaders = parts.leaders();
        this.membership = parts.membership();
        this.pauses = parts.pauses();
        this.clock = clock;
        this.stopped = parts.proposals()::isStopped;
        this.memberId = parts.headers().memberId();
        this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(parts.settings().requestTimeoutMillis());
        this.callNanos = TimeUnit.MILLISECONDS.toNanos(1000 + parts.settings().electionMillis());
    }

    /**
     * What to have done.
     *
     * @param here does it here; fails with {@code NOT_LEADER} or {@code NOT_PRIMARY_LESSOR} if this member turns out
     *     not to be the one, and then the leader of that moment is asked
     * @param name what the leader is asked for
     * @param request the question
     * @param decode reads the answer
     * @param refusal tells, by the text of a refusal, how it ends; empty to ask again
     * @param repeatable whether it does no harm to ask again while the fate of a call is unknown
     * @param <T> what comes of it
     */
    record Task<T>(
            Supplier<CompletableFuture<T>> here,
            String name,
            Bytes request,
            Function<Bytes, T> decode,
            Function<String, Optional<CompletableFuture<T>>> refusal,
            boolean repeatable) {}

    /** Does it. Fails with {@code TIMEOUT}, or {@code NO_LEADER} if there was none at the end. */
    <T> CompletableFuture<T> run(Task<T> task) {
        return attempt(task, clock.monotonicNanos() + timeoutNanos);
    }

    private <T> CompletableFuture<T> attempt(Task<T> task, long deadlineNanos) {
        long left = deadlineNanos - clock.monotonicNanos();
        long leader = leaders.leaderId();
        boolean known = membership.member(leader) != null;
        if (stopped.getAsBoolean()) {
            return CompletableFuture.failedFuture(EtcdError.STOPPED.exception());
        } else if (left <= 0) {
            return CompletableFuture.failedFuture((known ? EtcdError.TIMEOUT : EtcdError.NO_LEADER).exception());
        } else if (leader == memberId) {
            return task.here()
                    .get()
                    .exceptionallyCompose(failure -> isNotLeader(failure)
                            ? later(task, deadlineNanos)
                            : CompletableFuture.failedFuture(unwrap(failure)));
        } else if (!known) {
            return later(task, deadlineNanos);
        }
        long wait = task.repeatable() ? Math.min(left, callNanos) : left;
        return calls.call(leader, task.name(), task.request(), wait)
                .toCompletableFuture()
                .thenApply(task.decode())
                .exceptionallyCompose(
                        failure -> ended(task, unwrap(failure)).orElseGet(() -> later(task, deadlineNanos)));
    }

    private static <T> Optional<CompletableFuture<T>> ended(Task<T> task, Throwable failure) {
        return failure instanceof PeerCallException refused && refused.reason() == PeerCallException.Reason.REFUSED
                ? task.refusal().apply(String.valueOf(refused.getMessage()))
                : Optional.empty();
    }

    private <T> CompletableFuture<T> later(Task<T> task, long deadlineNanos) {
        return pauses.millis(PAUSE_MILLIS).thenCompose(over -> attempt(task, deadlineNanos));
    }

    static boolean isNotLeader(Throwable failure) {
        return unwrap(failure) instanceof EtcdException known
                && (known.is(EtcdError.NOT_LEADER) || known.is(EtcdError.NOT_PRIMARY_LESSOR));
    }

    static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
