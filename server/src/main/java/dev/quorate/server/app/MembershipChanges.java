/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.model.Member;
import dev.quorate.membership.Membership;
import dev.quorate.membership.StartedQuorum;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.Consensus;
import dev.quorate.raft.spi.MemberProgress;
import dev.quorate.schema.MemberRecords;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks changes of the membership before they are proposed, and proposes them.
 *
 * <p>What could cost the cluster its quorum is refused here, by the member that is asked and as it sees the cluster
 * (strict reconfiguration check); what would be wrong at any time is refused when the change is applied. Thread-safe.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/server.go}.
 */
final class MembershipChanges {
    private static final Logger LOG = LoggerFactory.getLogger(MembershipChanges.class);

    /** Connections count that are up for longer than this. */
    private static final long HEALTHY_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** A learner has to be so near to the leader. */
    private static final double READY_PART = 0.9;

    private final Membership membership;
    private final Consensus consensus;
    private final Proposals proposals;
    private final Connections connections;
    private final Pauses pauses;
    private final AppliedLimit applied;
    private final long memberId;
    private final boolean strict;

    MembershipChanges(MemberParts parts) {
        this.membership = parts.membership();
        this.consensus = parts.consensus();
        this.proposals = parts.proposals();
        this.connections = parts.connections();
        this.pauses = parts.pauses();
        this.applied = parts.applied();
        this.memberId = parts.headers().memberId();
        this.strict = parts.settings().strictReconfigCheck();
    }

    CompletableFuture<List<Member>> add(Member member) {
        EtcdException refusal = strict ? refusalOfAdd(member) : null;
        return refusal != null
                ? refused("rejecting member add request", member.id(), refusal)
                : propose(
                        member.learner() ? ConfChange.Type.ADD_LEARNER_NODE : ConfChange.Type.ADD_NODE,
                        member.id(),
                        MemberRecords.encode(member));
    }

    private @Nullable EtcdException refusalOfAdd(Member member) {
        List<Member> voters = membership.voters();
        if (!member.learner() && !StartedQuorum.mayAdd(voters)) {
            return EtcdError.MEMBER_NOT_ENOUGH_STARTED.exception();
        }
        // The new member counts as not reached. A lone member may always grow.
        boolean healthy = voters.size() == 1
                || connections.countFor(voters, HEALTHY_NANOS) >= Connections.quorum(voters.size() + 1);
        return healthy ? null : EtcdError.UNHEALTHY.exception();
    }

    CompletableFuture<List<Member>> remove(long id) {
        EtcdException refusal = strict ? refusalOfRemove(id) : null;
        return refusal != null
                ? refused("rejecting member remove request", id, refusal)
                : propose(ConfChange.Type.REMOVE_NODE, id, Bytes.EMPTY);
    }

    private @Nullable EtcdException refusalOfRemove(long id) {
        if (membership.isLearner(id)) {
            return null;
        }
        List<Member> voters = membership.voters();
        if (!StartedQuorum.mayRemove(voters, id)) {
            return EtcdError.MEMBER_NOT_ENOUGH_STARTED.exception();
        }
        if (id != memberId && !connections.isConnected(id)) {
            return null; // it is no part of the quorum that works
        }
        int connected = connections.countFor(voters, HEALTHY_NANOS);
        return connected - 1 < Connections.quorum(voters.size() - 1) ? EtcdError.UNHEALTHY.exception() : null;
    }

    CompletableFuture<List<Member>> update(long id, List<String> peerUrls) {
        Member member = new Member(id, "", peerUrls, List.of(), false);
        return propose(ConfChange.Type.UPDATE_NODE, id, MemberRecords.encode(member));
    }

    /**
     * Makes a learner a voter, if this member leads.
     *
     * @return the members; fails with {@code NOT_LEADER} if it does not
     */
    CompletableFuture<List<Member>> promote(long id) {
        return applied.reach().thenCompose(reached -> consensus.progress()).thenCompose(progress -> {
            EtcdException refusal = refusalOfPromote(id, progress);
            if (refusal != null) {
                return refusal.is(EtcdError.NOT_LEADER)
                        ? CompletableFuture.failedFuture(refusal)
                        : refused("rejecting member promote request", id, refusal);
            }
            Member learner = new Member(id, "", List.of(), List.of(), false);
            return propose(
                    ConfChange.Type.ADD_NODE,
                    id,
                    MemberRecords.encodeContext(new MemberRecords.Context(learner, true)));
        });
    }

    private @Nullable EtcdException refusalOfPromote(long id, List<MemberProgress> progress) {
        if (progress.isEmpty()) {
            return EtcdError.NOT_LEADER.exception();
        }
        MemberProgress own = of(memberId, progress);
        MemberProgress learner = of(id, progress);
        if (learner == null) {
            return EtcdError.MEMBER_NOT_FOUND.exception();
        }
        if (own != null && (double) learner.matchIndex() / own.matchIndex() < READY_PART) {
            return EtcdError.LEARNER_NOT_READY.exception();
        }
        return strict && !StartedQuorum.mayPromote(membership.voters())
                ? EtcdError.MEMBER_NOT_ENOUGH_STARTED.exception()
                : null;
    }

    private static @Nullable MemberProgress of(long id, List<MemberProgress> progress) {
        return progress.stream()
                .filter(member -> member.memberId() == id)
                .findFirst()
                .orElse(null);
    }

    private <T> CompletableFuture<T> refused(String what, long id, EtcdException refusal) {
        LOG.atWarn()
                .addKeyValue("local-member-id", Long.toHexString(memberId))
                .addKeyValue("requested-member-id", Long.toHexString(id))
                .addKeyValue("error", refusal.getMessage())
                .log(what);
        return CompletableFuture.failedFuture(refusal);
    }

    private CompletableFuture<List<Member>> propose(ConfChange.Type type, long id, Bytes context) {
        return proposals
                .proposeChange(type, id, context)
                .thenCompose(outcome -> known(outcome.index()).thenCompose(known -> {
                    EtcdException refusal = outcome.refusal();
                    if (refusal != null) {
                        return CompletableFuture.failedFuture(refusal);
                    }
                    LOG.atInfo()
                            .addKeyValue("local-member-id", Long.toHexString(memberId))
                            .addKeyValue("raft-conf-change", type)
                            .addKeyValue("raft-conf-change-node-id", Long.toHexString(id))
                            .log("applied a configuration change through raft");
                    return CompletableFuture.completedFuture(outcome.members());
                }));
    }

    /** Waits until Raft knows that a change is applied: before that it would drop the next one. */
    private CompletableFuture<Void> known(long index) {
        return pauses.until(() -> consensus.status().appliedIndex() >= index || proposals.isStopped());
    }
}
