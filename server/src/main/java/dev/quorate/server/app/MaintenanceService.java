/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.error.EtcdError;
import dev.quorate.api.inbound.Maintenance;
import dev.quorate.api.model.AlarmAction;
import dev.quorate.api.model.AlarmMember;
import dev.quorate.api.model.AlarmRequest;
import dev.quorate.api.model.AlarmResponse;
import dev.quorate.api.model.AlarmType;
import dev.quorate.api.model.HashKvResponse;
import dev.quorate.api.model.HashResponse;
import dev.quorate.api.model.StatusResponse;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.membership.Membership;
import dev.quorate.mvcc.MvccStore;
import dev.quorate.raft.spi.Consensus;
import dev.quorate.raft.spi.ConsensusStatus;
import dev.quorate.schema.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Alarms, status, hashes, defragmentation. Thread-safe. */
final class MaintenanceService implements Maintenance {
    private final StorageEngine engine;
    private final MvccStore store;
    private final Membership membership;
    private final AlarmBook alarms;
    private final Proposals proposals;
    private final Consensus consensus;
    private final Headers headers;
    private final Quota quota;
    private final Executor pool;

    MaintenanceService(MemberParts parts, Quota quota, Executor pool) {
        this.engine = parts.engine();
        this.store = parts.store();
        this.membership = parts.membership();
        this.alarms = parts.alarms();
        this.proposals = parts.proposals();
        this.consensus = parts.consensus();
        this.headers = parts.headers();
        this.quota = quota;
        this.pool = pool;
    }

    @Override
    public CompletableFuture<AlarmResponse> alarm(AlarmRequest request) {
        return proposals
                .<AlarmResponse>propose(new Command.Alarm(request))
                .thenApply(answer -> new AlarmResponse(headers.at(store.revision()), answer.alarms()));
    }

    CompletableFuture<AlarmResponse> raise(AlarmType type) {
        return alarm(new AlarmRequest(AlarmAction.ACTIVATE, headers.memberId(), type));
    }

    @Override
    public CompletableFuture<StatusResponse> status() {
        ConsensusStatus raft = consensus.status();
        List<String> errors = new ArrayList<>();
        if (raft.leaderId() == 0) {
            errors.add(EtcdError.NO_LEADER.text());
        }
        for (AlarmMember alarm : alarms.get(AlarmType.NONE)) {
            errors.add("memberID:" + Long.toUnsignedString(alarm.memberId()) + " alarm:" + alarm.alarm());
        }
        long size = engine.sizeOnDisk();
        return CompletableFuture.completedFuture(new StatusResponse(
                headers.at(store.revision()),
                EtcdVersion.SERVER,
                size,
                Math.min(size, engine.sizeInUse()),
                quota.limitBytes(),
                raft.leaderId(),
                raft.commitIndex(),
                raft.term(),
                raft.appliedIndex(),
                errors,
                membership.isLearner(headers.memberId()),
                membership.storageVersion(),
                membership.downgrade()));
    }

    @Override
    public CompletableFuture<HashResponse> hash() {
        return CompletableFuture.supplyAsync(
                () -> {
                    HashResponse answer = store.hash();
                    return new HashResponse(headers.at(answer.header().revision()), answer.hash());
                },
                pool);
    }

    @Override
    public CompletableFuture<HashKvResponse> hashKv(long revision) {
        return CompletableFuture.supplyAsync(
                () -> {
                    HashKvResponse answer = store.hashKv(revision);
                    return new HashKvResponse(
                            headers.at(answer.header().revision()),
                            answer.hash(),
                            answer.compactRevision(),
                            answer.hashRevision());
                },
                pool);
    }

    @Override
    public CompletableFuture<Void> defragment() {
        return CompletableFuture.runAsync(engine::compact, pool);
    }
}
