/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.error.EtcdError;
import dev.quorate.api.inbound.Leases;
import dev.quorate.api.model.LeaseGrantRequest;
import dev.quorate.api.model.LeaseGrantResponse;
import dev.quorate.api.model.LeaseKeepAliveResponse;
import dev.quorate.api.model.LeaseLeasesResponse;
import dev.quorate.api.model.LeaseRevokeResponse;
import dev.quorate.api.model.LeaseTimeToLiveResponse;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.platform.Clock;
import dev.quorate.lease.LeaseTime;
import dev.quorate.lease.Lessor;
import dev.quorate.lease.Renewal;
import dev.quorate.raft.spi.PeerCallNames;
import dev.quorate.schema.Command;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Leases: grants and revokes through the log; renewals and remaining times are the leader's, so other members ask it.
 * Thread-safe.
 */
final class LeaseService implements Leases {
    /** What one member tells another one of a lease that does not exist, in etcd's words. */
    static final String NOT_FOUND = "lease not found";

    private final Lessor lessor;
    private final Proposals proposals;
    private final LeaderCalls leader;
    private final AppliedLimit applied;
    private final ReadGate gate;
    private final Activity activity;
    private final Headers headers;
    private final MemberParts parts;
    private final KvService.SpaceGuard space;
    private final Clock clock;

    LeaseService(MemberParts parts, LeaderCalls leader, Activity activity, KvService.SpaceGuard space, Clock clock) {
        this.parts = parts;
        this.lessor = parts.lessor();
        this.proposals = parts.proposals();
        this.applied = parts.applied();
        this.gate = parts.gate();
        this.headers = parts.headers();
        this.leader = leader;
        this.activity = activity;
        this.space = space;
        this.clock = clock;
    }

    @Override
    public CompletableFuture<LeaseGrantResponse> grant(LeaseGrantRequest request) {
        CompletableFuture<LeaseGrantResponse> refused = space.refuse(Quota.costOfLease());
        if (refused != null) {
            return refused;
        }
        long id = request.id();
        while (id == 0) {
            id = proposals.nextId() & Long.MAX_VALUE;
        }
        return proposals.propose(new Command.LeaseGrant(new LeaseGrantRequest(request.ttlSeconds(), id)));
    }

    @Override
    public CompletableFuture<LeaseRevokeResponse> revoke(long id) {
        return proposals.propose(new Command.LeaseRevoke(id));
    }

    @Override
    public CompletableFuture<LeaseKeepAliveResponse> keepAlive(long id) {
        ResponseHeader header = header(); // of before: its revision is none at which the lease may be gone already
        return leader.run(new LeaderCalls.Task<>(
                        () -> renewHere(id),
                        PeerCallNames.KEEP_ALIVE,
                        PeerMessages.keepAliveRequest(id),
                        PeerMessages::keepAliveResponseTtl,
                        text -> text.contains(NOT_FOUND)
                                ? Optional.of(CompletableFuture.completedFuture(0L))
                                : Optional.empty(),
                        true))
                .thenApply(ttl -> new LeaseKeepAliveResponse(header, id, ttl));
    }

    /**
     * Renews, if this member leads: time to live, 0 if there is no such lease; fails with {@code NOT_PRIMARY_LESSOR}.
     */
    CompletableFuture<Long> renewHere(long id) {
        return activity.confirmLeader().thenCompose(leads -> {
            if (!leads) {
                return CompletableFuture.failedFuture(EtcdError.NOT_PRIMARY_LESSOR.exception());
            }
            // A lease that is not known may be on its way.
            return lessor.exists(id) ? renew(id) : applied.reach().thenCompose(reached -> renew(id));
        });
    }

    private CompletableFuture<Long> renew(long id) {
        Renewal renewal = lessor.renew(id, clock.monotonicNanos());
        return switch (renewal.outcome()) {
            case RENEWED -> CompletableFuture.completedFuture(renewal.ttlSeconds());
            case NOT_FOUND -> CompletableFuture.completedFuture(0L);
            case NOT_PRIMARY -> CompletableFuture.failedFuture(EtcdError.NOT_PRIMARY_LESSOR.exception());
            case ENDING -> {
                CompletableFuture<Void> ended = new CompletableFuture<>();
                lessor.whenEnded(id, () -> ended.complete(null));
                yield ended.thenCompose(over -> renew(id));
            }
            // A renewed lease has its full time again, so what a checkpoint says of it has to go first.
            case CHECKPOINTED ->
                proposals
                        .propose(new Command.LeaseCheckpoint(List.of(new Command.Checkpoint(id, 0))))
                        .thenCompose(forgotten -> renew(id));
        };
    }

    @Override
    public CompletableFuture<LeaseTimeToLiveResponse> timeToLive(long id, boolean keys) {
        return leader.run(new LeaderCalls.Task<>(
                        () -> timeHere(id, keys),
                        PeerCallNames.TIME_TO_LIVE,
                        PeerMessages.timeRequest(id, keys),
                        answer -> Optional.of(PeerMessages.time(answer)),
                        text -> text.contains(NOT_FOUND)
                                ? Optional.of(CompletableFuture.completedFuture(Optional.empty()))
                                : Optional.empty(),
                        true))
                .thenApply(time -> time.map(known -> new LeaseTimeToLiveResponse(
                                header(), id, known.ttlSeconds(), known.grantedTtlSeconds(), known.keys()))
                        .orElseGet(() -> new LeaseTimeToLiveResponse(header(), id, -1, 0, List.of())));
    }

    /** Tells the time that a lease has, if this member leads; fails with {@code LEADER_CHANGED}. */
    CompletableFuture<Optional<LeaseTime>> timeHere(long id, boolean keys) {
        return gate.confirm().thenApply(confirmed -> {
            boolean before = lessor.isPrimary();
            LeaseTime time = lessor.timeToLive(id, clock.monotonicNanos(), keys);
            if (time != null && !(before && lessor.isPrimary())) {
                throw EtcdError.LEADER_CHANGED.exception();
            }
            return Optional.ofNullable(time);
        });
    }

    @Override
    public CompletableFuture<LeaseLeasesResponse> leases() {
        return CompletableFuture.completedFuture(new LeaseLeasesResponse(header(), lessor.list()));
    }

    private ResponseHeader header() {
        return headers.at(parts.store().revision());
    }
}
