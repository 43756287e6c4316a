/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.platform.Clock;
import dev.quorate.api.platform.Metrics;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.Consensus;
import dev.quorate.raft.spi.Consensus.DropReason;
import dev.quorate.raft.spi.ConsensusStatus;
import dev.quorate.schema.Command;
import dev.quorate.schema.CommandHeader;
import dev.quorate.schema.Commands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Sends commands into the log and finds them again when they come out of it.
 *
 * <p>A command is encoded once, here; on this member it is not decoded again, since the applier takes it from the
 * proposal. Thread-safe.
 */
final class Proposals {
    /** More entries than these between committed and applied, and new requests are refused. */
    private static final long APPLY_LAG_MAX = 5000;

    private final Consensus consensus;
    private final RequestIds ids;
    private final Clock clock;
    private final int requestBytesMax;
    private final long timeoutNanos;
    private final LongFunction<EtcdException> timeoutCause;
    private final Metrics.Counter failed;
    private final ConcurrentHashMap<Long, Proposal<?>> pending = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    /** @param timeoutCause says why a proposal has timed out that was made at this time of the clock */
    Proposals(
            Consensus consensus,
            RequestIds ids,
            Clock clock,
            MemberSettings settings,
            LongFunction<EtcdException> timeoutCause,
            Metrics metrics) {
        this.consensus = consensus;
        this.ids = ids;
        this.clock = clock;
        this.requestBytesMax = settings.requestBytesMax();
        this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(settings.requestTimeoutMillis());
        this.timeoutCause = timeoutCause;
        this.failed =
                metrics.counter("etcd_server_proposals_failed_total", "The total number of failed proposals seen.");
    }

    /**
     * Proposes a command.
     *
     * @param command what to do
     * @param <R> its kind of answer
     * @return the answer, once applied
     */
    <R> CompletableFuture<R> propose(Command command) {
        if (stopped) {
            return CompletableFuture.failedFuture(EtcdError.STOPPED.exception());
        }
        ConsensusStatus status = consensus.status();
        if (status.commitIndex() > status.appliedIndex() + APPLY_LAG_MAX) {
            return CompletableFuture.failedFuture(EtcdError.REQUEST_TOO_MANY_REQUESTS.exception());
        }
        long id = ids.next();
        Bytes encoded = Commands.encode(CommandHeader.of(id), command);
        if (encoded.length() > requestBytesMax) {
            return CompletableFuture.failedFuture(EtcdError.REQUEST_TOO_LARGE.exception());
        }
        Proposal<R> proposal = new Proposal<>(id, command, clock.monotonicNanos());
        pending.put(id, proposal);
        consensus.propose(encoded, reason -> drop(proposal, reason));
        return proposal;
    }

    /**
     * Proposes a change of membership.
     *
     * @param type what changes
     * @param memberId whom it is about
     * @param context what else there is to say
     * @return what has become of it, once applied
     */
    CompletableFuture<MembershipApplier.Outcome> proposeChange(ConfChange.Type type, long memberId, Bytes context) {
        if (stopped) {
            return CompletableFuture.failedFuture(EtcdError.STOPPED.exception());
        }
        ConfChange change = new ConfChange(ids.next(), type, memberId, context);
        Proposal<MembershipApplier.Outcome> proposal = new Proposal<>(change.id(), null, clock.monotonicNanos());
        pending.put(change.id(), proposal);
        consensus.changeMembership(change, reason -> drop(proposal, reason));
        return proposal;
    }

    private void drop(Proposal<?> proposal, DropReason reason) {
        pending.remove(proposal.id);
        failed.add(1);
        // Without a leader it has waited for one as long as a request may take.
        proposal.completeExceptionally(
                reason == DropReason.NO_LEADER ? timeoutCause.apply(proposal.startNanos) : failureOf(reason));
    }

    static RuntimeException failureOf(DropReason reason) {
        return switch (reason) {
            case NO_LEADER -> EtcdError.PROPOSAL_DROPPED.exception();
            case OVERLOADED -> EtcdError.REQUEST_TOO_MANY_REQUESTS.exception();
            case TIMEOUT -> EtcdError.TIMEOUT.exception();
            case STOPPED -> EtcdError.STOPPED.exception();
        };
    }

    /** Returns the next id, for what is not a proposal but wants a number of its own. */
    long nextId() {
        return ids.next();
    }

    /**
     * Takes the proposal that has come out of the log; null if it is another member's, or nobody waits for it any more.
     */
    @Nullable
    Proposal<?> take(long id) {
        return pending.remove(id);
    }

    /** Returns how many proposals wait. */
    int size() {
        return pending.size();
    }

    /** Fails what has waited too long. What it proposed may still be applied. */
    void expire() {
        long now = clock.monotonicNanos();
        pending.forEach((id, proposal) -> {
            if (now - proposal.startNanos > timeoutNanos && pending.remove(id, proposal)) {
                failed.add(1);
                proposal.completeExceptionally(timeoutCause.apply(proposal.startNanos));
            }
        });
    }

    boolean isStopped() {
        return stopped;
    }

    /** Fails everything that waits and whatever comes. */
    void stop() {
        stopped = true;
        pending.forEach((id, proposal) -> {
            if (pending.remove(id, proposal)) {
                proposal.completeExceptionally(EtcdError.STOPPED.exception());
            }
        });
    }
}
