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
import dev.quorate.raft.spi.Consensus;
import dev.quorate.schema.Command;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Leases: grants and revokes through the log, renews on the leader. Thread-safe. */
final class LeaseService implements Leases {
    private final Lessor lessor;
    private final Proposals proposals;
    private final Consensus consensus;
    private final AppliedWaits waits;
    private final Headers headers;
    private final MemberParts parts;
    private final KvService.SpaceGuard space;
    private final Clock clock;

    LeaseService(MemberParts parts, AppliedWaits waits, KvService.SpaceGuard space, Clock clock) {
        this.parts = parts;
        this.lessor = parts.lessor();
        this.proposals = parts.proposals();
        this.consensus = parts.consensus();
        this.headers = parts.headers();
        this.waits = waits;
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
        ResponseHeader header = header();
        CompletableFuture<LeaseKeepAliveResponse> answer = new CompletableFuture<>();
        if (lessor.exists(id)) {
            renew(id, header, answer);
        } else {
            afterCommitted(answer, () -> renew(id, header, answer)); // it may be on its way
        }
        return answer;
    }

    private void renew(long id, ResponseHeader header, CompletableFuture<LeaseKeepAliveResponse> answer) {
        Renewal renewal = lessor.renew(id, clock.monotonicNanos());
        switch (renewal.outcome()) {
            case RENEWED -> answer.complete(new LeaseKeepAliveResponse(header, id, renewal.ttlSeconds()));
            case NOT_FOUND -> answer.complete(new LeaseKeepAliveResponse(header, id, 0));
            case NOT_PRIMARY -> answer.completeExceptionally(EtcdError.NOT_PRIMARY_LESSOR.exception());
            case ENDING -> lessor.whenEnded(id, () -> renew(id, header, answer));
            case CHECKPOINTED -> forgetCheckpoint(id, header, answer);
        }
    }

    /** A renewed lease has its full time again, so what a checkpoint says of it has to go first. */
    private void forgetCheckpoint(long id, ResponseHeader header, CompletableFuture<LeaseKeepAliveResponse> answer) {
        proposals
                .propose(new Command.LeaseCheckpoint(List.of(new Command.Checkpoint(id, 0))))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        answer.completeExceptionally(failure);
                    } else {
                        renew(id, header, answer);
                    }
                });
    }

    @Override
    public CompletableFuture<LeaseTimeToLiveResponse> timeToLive(long id, boolean keys) {
        CompletableFuture<LeaseTimeToLiveResponse> answer = new CompletableFuture<>();
        afterCommitted(answer, () -> {
            LeaseTime time = lessor.timeToLive(id, clock.monotonicNanos(), keys);
            answer.complete(
                    time == null
                            ? new LeaseTimeToLiveResponse(header(), id, -1, 0, List.of())
                            : new LeaseTimeToLiveResponse(
                                    header(), id, time.ttlSeconds(), time.grantedTtlSeconds(), time.keys()));
        });
        return answer;
    }

    private void afterCommitted(CompletableFuture<?> answer, Runnable action) {
        waits.whenApplied(consensus.status().commitIndex(), () -> {
            try {
                action.run();
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
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
