/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.inbound.Cluster;
import dev.quorate.api.inbound.Elections;
import dev.quorate.api.inbound.Health;
import dev.quorate.api.inbound.Kv;
import dev.quorate.api.inbound.Leases;
import dev.quorate.api.inbound.Locks;
import dev.quorate.api.inbound.Maintenance;
import dev.quorate.api.inbound.Services;
import dev.quorate.api.inbound.Watches;
import dev.quorate.api.model.AlarmType;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.raft.spi.Consensus;
import dev.quorate.raft.spi.StateMachine;
import dev.quorate.schema.Command;
import dev.quorate.txn.TxnChecks;
import dev.quorate.watch.WatchHistory;
import dev.quorate.watch.WatchHub;
import dev.quorate.watch.WatchSettings;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A member at work.
 *
 * <pre>{@code
 * Member member = Member.restore(engine, received, settings, environment);   // the state, as storage has it
 * Consensus log = …open(…, member.stateMachine());                 // the log catches the state up
 * member.join(log);                                                // from here on there are services
 * member.publish().join();                                         // name, addresses and version go into the log
 * }</pre>
 *
 * <p>Thread-safe after {@link #join}. The caller owns engine, log and threads and closes them after {@link #stop}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Member {
    private final MemberSettings settings;
    private final Environment environment;
    private final MemberState state;
    private final Headers headers;
    private final Quota quota;
    private final OperationCounts counts;
    private final Compactor compactor;
    private final WatchPump watches;
    private final AppliedWaits waits = new AppliedWaits();
    private final Applier applier;
    private volatile @Nullable Consensus consensus;
    private volatile @Nullable ServiceSet services;

    private Member(MemberState state, ReceivedSnapshots received, MemberSettings settings, Environment environment) {
        this.settings = settings;
        this.environment = environment;
        this.state = state;
        headers = new Headers(settings.clusterId(), settings.memberId(), this::term);
        quota = new Quota(settings.quotaBytes(), state.engine()::sizeOnDisk);
        counts = new OperationCounts(environment.metrics());
        compactor = new Compactor(
                state.store().writer(),
                state.engine(),
                environment.timer(),
                settings.compactionRows(),
                settings.compactionPauseNanos());
        WatchHistory history = new PatientHistory(state.store());
        watches = new WatchPump(
                wake -> new WatchHub(
                        history,
                        headers::at,
                        WatchSettings.of(settings.requestBytesMax(), settings.watchProgressNanos()),
                        environment.metrics(),
                        wake),
                history);
        waits.advance(state.appliedIndex());
        applier = new Applier(
                state.engine(),
                state.store().writer(),
                new PolicyApplier(
                        new CountingApplier(
                                new StateApplier(state, headers, compactor, environment.clock()),
                                counts,
                                environment.clock(),
                                environment.metrics()),
                        state.alarms(),
                        quota,
                        this::raiseNoSpace),
                new MembershipApplier(state.membership(), headers),
                waits,
                watches::offer,
                new StateTransfer(state, environment.snapshots(), received, this::installed));
    }

    private void installed() {
        quota.forget();
        watches.restored();
        compactor.wake();
    }

    /**
     * Takes up what a store holds.
     *
     * @param engine the store
     * @param received where states lie that leaders send
     * @param settings what to be
     * @param environment clock, threads, measurement
     * @return a member without services yet
     * @throws dev.quorate.api.storage.StorageException if the store cannot be read
     */
    public static Member restore(
            StorageEngine engine, ReceivedSnapshots received, MemberSettings settings, Environment environment) {
        return new Member(
                MemberState.restore(engine, settings, environment.clock(), environment.metrics()),
                received,
                settings,
                environment);
    }

    /**
     * Returns what the log is to be applied to.
     *
     * @return the state machine
     */
    public StateMachine stateMachine() {
        return new CommitTimer(applier, environment.clock(), environment.metrics());
    }

    /**
     * Returns the last entry whose effect storage held at the start.
     *
     * @return the index, 0 for none
     */
    public long restoredIndex() {
        return state.appliedIndex();
    }

    /**
     * Returns the membership as etcd keeps it in its {@code .snap} files. Callable from any thread.
     *
     * @return JSON
     */
    public Bytes membershipSnapshot() {
        return state.membership().snapshotFileContent();
    }

    /**
     * Returns the work of the thread that tells watchers; it ends after {@link #stop}.
     *
     * @return the body of that thread
     */
    public Runnable watchDispatcher() {
        return watches;
    }

    /**
     * Begins to serve.
     *
     * @param log the log, open and applying to {@link #stateMachine}
     */
    public void join(Consensus log) {
        consensus = log;
        Proposals proposals = new Proposals(
                log,
                new RequestIds(settings.memberId(), environment.clock().wallMillis()),
                environment.clock(),
                settings.requestBytesMax(),
                settings.requestTimeoutMillis(),
                environment.metrics());
        MemberParts parts = new MemberParts(
                state.engine(),
                state.store(),
                state.lessor(),
                state.membership(),
                state.alarms(),
                log,
                proposals,
                new ReadGate(log, waits, state.store(), environment.pool()),
                headers,
                new TxnChecks(settings.txnOpsMax()),
                compactor);
        ServiceSet set = new ServiceSet(parts);
        services = set;
        applier.answer(proposals);
        compactor.start(applier);
        schedule(parts, set);
        new MemberMetrics(parts, quota, settings, applier::isInstalling).register(environment.metrics());
    }

    private void schedule(MemberParts parts, ServiceSet set) {
        every(LeaseKeeper.INTERVAL_MILLIS, TimeUnit.MILLISECONDS, set.keeper::tick);
        every(500, TimeUnit.MILLISECONDS, parts.proposals()::expire);
        every(
                Math.max(1, settings.watchProgressNanos() / 10),
                TimeUnit.NANOSECONDS,
                () -> watches.hub().tickProgress(environment.clock().monotonicNanos()));
        MemberSettings.Retention retention = settings.retention();
        if (retention.amount() > 0) {
            AutoCompaction auto = retention.byTime()
                    ? AutoCompaction.byPeriod(retention.amount())
                    : AutoCompaction.byRevision(retention.amount());
            every(auto.intervalNanos(), TimeUnit.NANOSECONDS, () -> compact(auto, parts, set.kv()));
        }
    }

    private void every(long interval, TimeUnit unit, Runnable task) {
        environment.timer().scheduleWithFixedDelay(environment.guard(task), interval, interval, unit);
    }

    private static void compact(AutoCompaction auto, MemberParts parts, Kv kv) {
        auto.due(parts.store().revision(), parts.consensus().status().isLeader())
                .ifPresent(target -> kv.compact(new CompactionRequest(target, false))
                        .whenComplete((done, failure) -> auto.done(target)));
    }

    /**
     * Publishes name, addresses and version through the log, again until it succeeds, and then looks after leases.
     *
     * @return done when they are applied
     */
    public CompletableFuture<Void> publish() {
        MemberParts parts = set().parts;
        return parts.proposals()
                .propose(new Command.ClusterMemberAttrSet(settings.memberId(), settings.name(), settings.clientUrls()))
                .thenCompose(named -> parts.membership().clusterVersion().equals(EtcdVersion.CLUSTER)
                        ? CompletableFuture.completedFuture(null)
                        : parts.proposals().propose(new Command.ClusterVersionSet(EtcdVersion.CLUSTER)))
                .<CompletableFuture<Void>>handle((done, failure) -> {
                    if (failure == null || isStopped()) {
                        return CompletableFuture.completedFuture(null);
                    }
                    CompletableFuture<Void> again = new CompletableFuture<>();
                    environment.timer().schedule(() -> again.complete(null), 100, TimeUnit.MILLISECONDS);
                    return again.thenCompose(later -> publish());
                })
                .thenCompose(later -> later)
                .thenRun(() -> set().keeper.tick()); // or who comes at once would find leases that nobody renews
    }

    private boolean isStopped() {
        return set().parts.proposals().isStopped();
    }

    private long term() {
        Consensus log = consensus;
        return log == null ? 0 : log.status().term();
    }

    private CompletableFuture<?> raiseNoSpace() {
        ServiceSet set = services;
        return set == null || state.alarms().isUp(AlarmType.NOSPACE)
                ? CompletableFuture.completedFuture(null)
                : set.maintenance.raise(AlarmType.NOSPACE);
    }

    /**
     * Returns what the member serves.
     *
     * @return the services
     * @throws IllegalStateException before {@link #join}
     */
    public Services services() {
        return set();
    }

    private ServiceSet set() {
        ServiceSet set = services;
        if (set == null) {
            throw new IllegalStateException("the member has not joined its log");
        }
        return set;
    }

    /** Refuses what comes and fails what waits. */
    public void stop() {
        ServiceSet set = services;
        if (set != null) {
            set.parts.proposals().stop();
        }
        watches.stop();
    }

    /** The inbound ports of this member. */
    private final class ServiceSet implements Services {
        private final MemberParts parts;
        private final KvService kv;
        private final MaintenanceService maintenance;
        private final LeaseService leases;
        private final LockService locks;
        private final ElectionService elections;
        private final ClusterService cluster;
        private final HealthService health;
        private final LeaseKeeper keeper;

        ServiceSet(MemberParts parts) {
            this.parts = parts;
            keeper = new LeaseKeeper(
                    parts,
                    environment.clock(),
                    TimeUnit.MILLISECONDS.toNanos(settings.electionMillis()),
                    environment.metrics());
            maintenance = new MaintenanceService(parts, quota, environment);
            KvService.SpaceGuard space = new KvService.SpaceGuard(quota, maintenance);
            kv = new KvService(parts, space, settings.requestBytesMax(), counts);
            leases = new LeaseService(parts, waits, space, environment.clock());
            KeyQueue queue = new KeyQueue(kv, watches.hub(), leases);
            locks = new LockService(kv, queue);
            elections = new ElectionService(kv, watches.hub(), queue);
            cluster = new ClusterService(parts);
            health = new HealthService(kv, parts);
        }

        @Override
        public Kv kv() {
            return kv;
        }

        @Override
        public Watches watches() {
            return watches.hub();
        }

        @Override
        public Leases leases() {
            return leases;
        }

        @Override
        public Locks locks() {
            return locks;
        }

        @Override
        public Elections elections() {
            return elections;
        }

        @Override
        public Cluster cluster() {
            return cluster;
        }

        @Override
        public Maintenance maintenance() {
            return maintenance;
        }

        @Override
        public Health health() {
            return health;
        }
    }
}
