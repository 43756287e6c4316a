/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.inbound.Kv;
import dev.quorate.api.inbound.Services;
import dev.quorate.api.model.AlarmType;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.raft.spi.Consensus;
import dev.quorate.raft.spi.NoPeers;
import dev.quorate.raft.spi.PeerTransportProvider.Peers;
import dev.quorate.raft.spi.StateMachine;
import dev.quorate.schema.Command;
import dev.quorate.txn.TxnChecks;
import dev.quorate.watch.WatchHistory;
import dev.quorate.watch.WatchHub;
import dev.quorate.watch.WatchSettings;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member at work.
 *
 * <pre>{@code
 * Member member = Member.restore(engine, received, settings, environment);   // the state, as storage has it
 * Consensus log = …open(…, member.stateMachine());                 // the log catches the state up
 * member.join(log);                                                // from here on there are services
 * member.publish();                                                // name and addresses go into the log
 * …
 * member.handOver().join();                                        // somebody else leads
 * member.stop();
 * }</pre>
 *
 * <p>Thread-safe after {@link #join}. The caller owns engine, log and threads and closes them after {@link #stop}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Member {
    private static final Logger LOG = LoggerFactory.getLogger(Member.class);
    private static final long REMOVED_LINGER_MILLIS = 1000;

    private final MemberSettings settings;
    private final Environment environment;
    private final MemberState state;
    private final Headers headers;
    private final Quota quota;
    private final OperationCounts counts;
    private final Compactor compactor;
    private final WatchPump watches;
    private final AppliedWaits waits = new AppliedWaits();
    private final LeaderWatch leaders;
    private final Peers peers;
    private final PeerAnswers answers;
    private final MembershipApplier members;
    private final ClusterMetrics clusterMetrics;
    private final Applier applier;
    private final AtomicBoolean removed = new AtomicBoolean();
    private volatile @Nullable Consensus consensus;
    private volatile @Nullable ServiceSet services;

    private Member(
            MemberState state,
            ReceivedSnapshots received,
            MemberSettings settings,
            Environment environment,
            Peers peers) {
        this.settings = settings;
        this.peers = peers;
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
        leaders = new LeaderWatch(
                state.lessor(),
                environment.clock(),
                TimeUnit.MILLISECONDS.toNanos(settings.electionMillis()),
                environment.metrics());
        answers = new PeerAnswers(state.membership(), peers.calls());
        members = new MembershipApplier(
                state.membership(), headers, peers.transport(), settings.learnersMax(), this::endLater, this::end);
        members.announceRemoved();
        clusterMetrics = new ClusterMetrics(state.membership(), environment.metrics(), settings.memberId());
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
                members,
                new Applier.Hearers(waits, leaders, watches::offer),
                new StateTransfer(state, environment.snapshots(), received, this::installed));
    }

    private void installed() {
        quota.forget();
        watches.restored();
        compactor.wake();
        members.announce();
        leaders.leasesReplaced();
    }

    /**
     * Takes up what a store holds, for a member that is alone.
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
        return restore(engine, received, settings, environment, noPeers());
    }

    /**
     * Returns the way to nobody, for a member that is alone.
     *
     * @return a transport that reaches no one
     */
    public static Peers noPeers() {
        return new Peers(new NoPeers(), new NoCalls());
    }

    /**
     * Takes up what a store holds. The transport is told who was removed, and from then on whoever comes and goes.
     *
     * @param engine the store
     * @param received where states lie that leaders send
     * @param settings what to be
     * @param environment clock, threads, measurement
     * @param peers the way to other members, not started yet; the caller says whom it reaches at the start, and closes
     *     it
     * @return a member without services yet
     * @throws dev.quorate.api.storage.StorageException if the store cannot be read
     */
    public static Member restore(
            StorageEngine engine,
            ReceivedSnapshots received,
            MemberSettings settings,
            Environment environment,
            Peers peers) {
        return new Member(
                MemberState.restore(engine, settings, environment.clock(), environment.metrics()),
                received,
                settings,
                environment,
                peers);
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
     * Does now, on the caller's thread, what {@link #watchDispatcher} would do: for members that run without threads.
     *
     * @return false if there was nothing to do
     */
    public boolean tellWatchers() {
        return watches.work();
    }

    /**
     * Begins to serve.
     *
     * @param log the log, open and applying to {@link #stateMachine}
     */
    public void join(Consensus log) {
        consensus = log;
        MemberParts parts = parts(log);
        ServiceSet set = new ServiceSet(parts, watches.hub(), quota, counts, environment);
        services = set;
        applier.answer(parts.proposals());
        answers.open(set.sources());
        leaders.whenNewLeader(() -> environment.timer().execute(environment.guard(set.versions::look)));
        compactor.start(applier);
        schedule(parts, set);
        new MemberMetrics(parts, quota, settings, applier::isInstalling).register(environment.metrics());
    }

    private MemberParts parts(Consensus log) {
        Connections connections = new Connections(peers.transport(), settings.memberId());
        TimeoutCauses causes =
                new TimeoutCauses(leaders, connections, state.membership(), environment.clock(), settings.memberId());
        Proposals proposals = new Proposals(
                log,
                new RequestIds(settings.memberId(), environment.clock().wallMillis()),
                environment.clock(),
                settings,
                causes::of,
                environment.metrics());
        ReadGate gate = new ReadGate(log, waits, state.store(), environment.pool(), environment.metrics());
        Pauses pauses = new Pauses(environment.timer());
        return new MemberParts(
                settings,
                state.engine(),
                state.store(),
                state.lessor(),
                state.membership(),
                state.alarms(),
                log,
                peers.calls(),
                connections,
                leaders,
                proposals,
                gate,
                new AppliedLimit(log, waits, pauses),
                pauses,
                headers,
                new TxnChecks(settings.txnOpsMax()),
                compactor);
    }

    private void schedule(MemberParts parts, ServiceSet set) {
        every(500, TimeUnit.MILLISECONDS, () -> {
            leaders.look(parts.consensus()::status);
            parts.proposals().expire();
        });
        every(LeaseKeeper.INTERVAL_MILLIS, TimeUnit.MILLISECONDS, set.keeper::tick);
        every(VersionMonitor.INTERVAL_MILLIS, TimeUnit.MILLISECONDS, set.versions::look);
        every(settings.heartbeatMillis(), TimeUnit.MILLISECONDS, set.activity::beat);
        every(settings.electionMillis(), TimeUnit.MILLISECONDS, leaders::tick);
        every(1, TimeUnit.SECONDS, clusterMetrics::tick);
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
     * Publishes name and addresses through the log, again until it succeeds: a member without a quorum waits for one. A
     * member that is alone then agrees with itself on the version of the cluster.
     *
     * @return done when they are applied and leases are looked after
     */
    public CompletableFuture<Void> publish() {
        ServiceSet set = set();
        return set.parts
                .proposals()
                .propose(new Command.ClusterMemberAttrSet(settings.memberId(), settings.name(), settings.clientUrls()))
                .handle((done, failure) -> {
                    if (failure == null || isStopped()) {
                        return CompletableFuture.<Void>completedFuture(null);
                    }
                    LOG.atWarn()
                            .addKeyValue("local-member-id", Long.toHexString(settings.memberId()))
                            .addKeyValue("error", LeaderCalls.unwrap(failure).getMessage())
                            .log("failed to publish local member to cluster through raft");
                    return set.parts.pauses().millis(100).thenCompose(later -> publish());
                })
                .thenCompose(later -> later)
                .thenCompose(published -> {
                    leaders.look(set.parts.consensus()::status); // or who comes at once would find leases without care
                    boolean alone = state.membership().members().size() == 1;
                    return alone ? agreeAlone(set) : CompletableFuture.completedFuture(null);
                })
                .thenRun(clusterMetrics::tick);
    }

    private CompletableFuture<Void> agreeAlone(ServiceSet set) {
        return set.versions
                .look()
                .thenCompose(looked -> set.parts
                        .pauses()
                        .until(() -> isStopped()
                                || !state.membership().clusterVersion().isEmpty()));
    }

    /**
     * Lets another member lead, before this one stops: at most an election timeout, and nothing if it does not lead.
     *
     * @return done when another one leads, or when it has not come about; does not fail
     */
    public CompletableFuture<Void> handOver() {
        ServiceSet set = services;
        return set == null || isStopped() ? CompletableFuture.completedFuture(null) : set.transfers.handOver();
    }

    /** Ends this member a little later, when the others have heard that it knows. */
    private void endLater() {
        environment.timer().schedule(this::end, REMOVED_LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void end() {
        if (removed.compareAndSet(false, true)) {
            environment.faults().accept(new MemberRemovedException());
        }
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
                : set.alarms().raise(AlarmType.NOSPACE);
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
}
