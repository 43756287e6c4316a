/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.error.EtcdError;
import dev.quorate.api.inbound.Maintenance;
import dev.quorate.api.inbound.SnapshotStream;
import dev.quorate.api.model.AlarmAction;
import dev.quorate.api.model.AlarmMember;
import dev.quorate.api.model.AlarmRequest;
import dev.quorate.api.model.AlarmResponse;
import dev.quorate.api.model.AlarmType;
import dev.quorate.api.model.DowngradeAction;
import dev.quorate.api.model.DowngradeResponse;
import dev.quorate.api.model.HashKvResponse;
import dev.quorate.api.model.HashResponse;
import dev.quorate.api.model.StatusResponse;
import dev.quorate.api.platform.Clock;
import dev.quorate.api.platform.Metrics;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

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
    private final ReadGate gate;
    private final Stopwatch hashes;
    private final Stopwatch hashesOfRevisions;
    private final Stopwatch defragmentations;
    private final Snapshots snapshots;
    private final LeaderTransfers transfers;
    private final Downgrades downgrades;
    private final AtomicInteger defragmenting = new AtomicInteger();

    MaintenanceService(MemberParts parts, LeaderTransfers transfers, Quota quota, Environment environment) {
        Clock clock = environment.clock();
        Metrics metrics = environment.metrics();
        this.engine = parts.engine();
        this.store = parts.store();
        this.membership = parts.membership();
        this.alarms = parts.alarms();
        this.proposals = parts.proposals();
        this.consensus = parts.consensus();
        this.headers = parts.headers();
        this.quota = quota;
        this.pool = environment.pool();
        this.gate = parts.gate();
        this.transfers = transfers;
        this.downgrades = new Downgrades(parts);
        this.snapshots = new Snapshots(parts.store(), parts.gate(), environment);
        hashes = new Stopwatch(
                clock,
                metrics,
                "etcd_mvcc_hash_duration_seconds",
                "The latency distribution of storage hash operation.",
                Metrics.exponentialBuckets(0.01, 2, 15));
        hashesOfRevisions = new Stopwatch(
                clock,
                metrics,
                "etcd_mvcc_hash_rev_duration_seconds",
                "The latency distribution of storage hash by revision operation.",
                Metrics.exponentialBuckets(0.01, 2, 15));
        defragmentations = new Stopwatch(
                clock,
                metrics,
                "etcd_disk_backend_defrag_duration_seconds",
                "The latency distribution of backend defragmentation.",
                Metrics.exponentialBuckets(0.1, 2, 13));
        metrics.gauge(
                "etcd_disk_defrag_inflight",
                "Whether or not defrag is active on the member. 1 means active, 0 means not.",
                () -> defragmenting.get() > 0 ? 1 : 0);
    }

    /** Tells how long something took each time. */
    private static final class Stopwatch {
        private static final double NANOS_OF_SECOND = 1e9;

        private final Clock clock;
        private final Metrics.Histogram seconds;

        Stopwatch(Clock clock, Metrics metrics, String name, String help, double[] buckets) {
            this.clock = clock;
            this.seconds = metrics.histogram(name, help, buckets);
        }

        <T> T time(Supplier<T> work) {
            long start = clock.monotonicNanos();
            T result = work.get();
            seconds.observe((clock.monotonicNanos() - start) / NANOS_OF_SECOND);
            return result;
        }
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
        return gate.readAll(() -> {
            HashResponse answer = hashes.time(store::hash);
            return new HashResponse(headers.at(answer.header().revision()), answer.hash());
        });
    }

    @Override
    public CompletableFuture<HashKvResponse> hashKv(long revision) {
        return gate.readAll(() -> {
            HashKvResponse answer = hashesOfRevisions.time(() -> store.hashKv(revision));
            return new HashKvResponse(
                    headers.at(answer.header().revision()),
                    answer.hash(),
                    answer.compactRevision(),
                    answer.hashRevision());
        });
    }

    @Override
    public CompletableFuture<Void> defragment() {
        return CompletableFuture.runAsync(
                () -> {
                    defragmenting.incrementAndGet();
                    try {
                        defragmentations.time(() -> {
                            engine.compact();
                            return true;
                        });
                    } finally {
                        defragmenting.decrementAndGet();
                    }
                },
                pool);
    }

    @Override
    public CompletableFuture<SnapshotStream> snapshot() {
        return snapshots.begin();
    }

    @Override
    public CompletableFuture<Void> moveLeader(long targetId) {
        return transfers.move(targetId);
    }

    @Override
    public CompletableFuture<DowngradeResponse> downgrade(DowngradeAction action, String version) {
        return downgrades.run(action, version);
    }
}
