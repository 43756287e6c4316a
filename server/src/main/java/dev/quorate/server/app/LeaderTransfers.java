/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.error.EtcdError;
import dev.quorate.api.model.Member;
import dev.quorate.api.platform.Clock;
import dev.quorate.membership.Membership;
import dev.quorate.raft.spi.Consensus;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands leadership over. Thread-safe. Source: etcd v3.7.1, {@code server/etcdserver/server.go}, {@code MoveLeader},
 * {@code TryTransferLeadershipOnShutdown}.
 */
final class LeaderTransfers {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderTransfers.class);

    private final Consensus consensus;
    private final Membership membership;
    private final Connections connections;
    private final Pauses pauses;
    private final Clock clock;
    private final long memberId;
    private final long limitNanos;

    LeaderTransfers(MemberParts parts, Clock clock) {
        this.consensus = parts.consensus();
        this.membership = parts.membership();
        this.connections = parts.connections();
        this.pauses = parts.pauses();
        this.clock = clock;
        this.memberId = parts.headers().memberId();
        this.limitNanos = TimeUnit.MILLISECONDS.toNanos(parts.settings().electionMillis());
    }

    /** Hands over to a voter and waits until it leads: at most an election timeout, after which Raft gives up too. */
    CompletableFuture<Void> move(long target) {
        if (!consensus.status().isLeader()) {
            return CompletableFuture.failedFuture(EtcdError.NOT_LEADER.exception());
        }
        Member member = membership.member(target);
        if (member == null || member.learner()) {
            return CompletableFuture.failedFuture(EtcdError.BAD_LEADER_TRANSFEREE.exception());
        }
        long start = clock.monotonicNanos();
        LOG.atInfo()
                .addKeyValue("local-member-id", Long.toHexString(memberId))
                .addKeyValue("current-leader-member-id", Long.toHexString(memberId))
                .addKeyValue("transferee-member-id", Long.toHexString(target))
                .log("leadership transfer starting");
        consensus.transferLeadership(target);
        return pauses.until(() -> leads(target) || clock.monotonicNanos() - start > limitNanos)
                .thenCompose(over -> leads(target) ? done(target, start) : tooLong());
    }

    private boolean leads(long member) {
        return consensus.status().leaderId() == member;
    }

    private static CompletableFuture<Void> tooLong() {
        return CompletableFuture.failedFuture(EtcdError.TIMEOUT_LEADER_TRANSFER.exception());
    }

    private CompletableFuture<Void> done(long target, long start) {
        LOG.atInfo()
                .addKeyValue("local-member-id", Long.toHexString(memberId))
                .addKeyValue("old-leader-member-id", Long.toHexString(memberId))
                .addKeyValue("new-leader-member-id", Long.toHexString(target))
                .addKeyValue("took_ms", (clock.monotonicNanos() - start) / 1_000_000)
                .log("leadership transfer finished");
        return CompletableFuture.completedFuture(null);
    }

    /** Before this member stops: lets the voter lead that is connected longest. Never fails. */
    CompletableFuture<Void> handOver() {
        List<Member> voters = membership.voters();
        if (!consensus.status().isLeader()) {
            return skipped("skipped leadership transfer; local server is not leader");
        } else if (voters.size() < 2) {
            return skipped("skipped leadership transfer for single voting member cluster");
        }
        OptionalLong target = connections.longest(voters);
        CompletableFuture<Void> moved = target.isPresent()
                ? move(target.getAsLong())
                : CompletableFuture.failedFuture(EtcdError.UNHEALTHY.exception());
        return moved.exceptionally(failure -> {
            LOG.atWarn()
                    .addKeyValue("local-member-id", Long.toHexString(memberId))
                    .addKeyValue("error", LeaderCalls.unwrap(failure).getMessage())
                    .log("leadership transfer failed");
            return null;
        });
    }

    private CompletableFuture<Void> skipped(String why) {
        LOG.atInfo()
                .addKeyValue("local-member-id", Long.toHexString(memberId))
                .addKeyValue(
                        "current-leader-member-id",
                        Long.toHexString(consensus.status().leaderId()))
                .log(why);
        return CompletableFuture.completedFuture(null);
    }
}
