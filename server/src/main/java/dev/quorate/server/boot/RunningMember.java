/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import dev.quorate.api.face.ListenerSettings;
import dev.quorate.api.inbound.Services;
import dev.quorate.api.platform.Clock;
import dev.quorate.api.platform.Metrics;
import dev.quorate.api.security.Tls;
import dev.quorate.api.snapshot.SnapshotException;
import dev.quorate.api.snapshot.SnapshotFormat;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageEngineProvider;
import dev.quorate.api.storage.StorageException;
import dev.quorate.membership.Membership;
import dev.quorate.raft.log.MemoryLog;
import dev.quorate.raft.log.Wal;
import dev.quorate.raft.log.WalContent;
import dev.quorate.raft.log.WalDamagedException;
import dev.quorate.raft.node.NodePorts;
import dev.quorate.raft.node.NodeTimes;
import dev.quorate.raft.node.RaftConfig;
import dev.quorate.raft.node.RaftNode;
import dev.quorate.raft.node.Workers;
import dev.quorate.raft.spi.Consensus;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.PeerSettings;
import dev.quorate.raft.spi.PeerTls;
import dev.quorate.raft.spi.PeerTransport;
import dev.quorate.raft.spi.PeerTransportProvider;
import dev.quorate.raft.spi.PeerTransportProvider.Peers;
import dev.quorate.raft.spi.RaftLog;
import dev.quorate.schema.Buckets;
import dev.quorate.server.app.Environment;
import dev.quorate.server.app.EtcdVersion;
import dev.quorate.server.app.Member;
import dev.quorate.server.app.MemberRemovedException;
import dev.quorate.server.app.MemberSettings;
import dev.quorate.server.app.PeerMetrics;
import dev.quorate.server.app.ReceivedSnapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member that runs: its store, log, threads and listeners, put together from a configuration.
 *
 * <pre>
 * launch ──► peers are listened to, Raft runs ──► a leader is known, name published ──► clients are served: ready
 * </pre>
 *
 * <p>A member of a cluster is ready only once a majority runs, and waits for that without an end.
 *
 * <p>Thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class RunningMember implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningMember.class);

    /** The oldest cluster that such a member can be in. */
    private static final String MIN_CLUSTER_VERSION = "3.0.0";

    private final MemberConfig config;
    private final Clock clock = new SystemClock();
    private final Metrics metrics =
            ServiceLoader.load(Metrics.class).findFirst().orElse(Metrics.NONE);
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final ClientPorts clients = new ClientPorts();
    private volatile @Nullable Member member;
    private volatile @Nullable Tls clientTls;
    private volatile @Nullable PeerTls peerTls;
    private boolean closed;

    private RunningMember(MemberConfig config) {
        this.config = config;
    }

    /**
     * Starts a member and waits until it serves. In a cluster that takes until a majority of the members run, so
     * members that are started one after the other are {@linkplain #launch launched}.
     *
     * @param config what it is told
     * @return the member; close it
     * @throws BootException if it cannot start; nothing is left running
     */
    public static RunningMember start(MemberConfig config) {
        RunningMember running = launch(config);
        try {
            running.ready().join();
            return running;
        } catch (CompletionException e) {
            running.close();
            throw e.getCause() instanceof BootException reason
                    ? reason
                    : new BootException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Starts a member without waiting for others. When this returns, other members reach it; clients do once it is
     * {@linkplain #ready ready}.
     *
     * @param config what it is told
     * @return the member; close it
     * @throws BootException if it cannot start; nothing is left running
     */
    public static RunningMember launch(MemberConfig config) {
        RunningMember running = new RunningMember(config);
        try {
            running.boot();
            return running;
        } catch (StorageException
                | SnapshotException
                | WalDamagedException
                | UncheckedIOException
                | IllegalArgumentException e) {
            running.close();
            throw new BootException(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            running.close();
            throw e;
        }
    }

    private void boot() {
        TlsStart certificates = new TlsStart(config, clock);
        clientTls = certificates.forClients();
        peerTls = certificates.forPeers();
        StorageEngineProvider provider = Engines.named(config.storage());
        Optional<PeerTransportProvider> peers =
                config.listenPeerUrls().isEmpty() ? Optional.empty() : PeerTransports.named(config.peerTransport());
        if (provider.durable()) {
            Founding founding = DataDir.holdsLog(config) ? null : found(peers); // before anything is written
            DataDir dataDir = own(DataDir.open(config.dataDir(), config.walDir().orElse(null)));
            WalContent content = Wal.read(dataDir.wal()).orElse(null);
            boot(
                    provider,
                    peers,
                    new Origin(dataDir, content, content == null && founding == null ? found(peers) : founding));
        } else if (DataDir.holdsMember(config.dataDir())) {
            throw new BootException("data dir " + config.dataDir() + " holds a member, which storage "
                    + config.storage() + " would not read: choose another data dir or storage");
        } else {
            boot(provider, peers, new Origin(null, null, found(peers)));
        }
    }

    /**
     * Where a member comes from.
     *
     * @param dataDir its folder; null if it is in memory only
     * @param content its log; null if there is none
     * @param founding its place in the cluster if there is no log
     */
    private record Origin(
            @Nullable DataDir dataDir,
            @Nullable WalContent content,
            @Nullable Founding founding) {
        Founding.Identity identity() {
            WalContent log = content;
            return log == null
                    ? Objects.requireNonNull(founding).identity()
                    : new Founding.Identity(log.memberId(), log.clusterId());
        }
    }

    private Founding found(Optional<PeerTransportProvider> peers) {
        return Founding.of(
                config,
                new RemoteMembers(
                        peers.orElse(null),
                        peerTls,
                        TimeUnit.MILLISECONDS.toNanos(5_000 + 2 * config.electionMillis())));
    }

    private void boot(StorageEngineProvider provider, Optional<PeerTransportProvider> peers, Origin origin) {
        Threads threads = own(new Threads());
        Founding.Identity identity = origin.identity();
        StorageEngine engine = own(open(provider, origin.dataDir(), config.dataDir()));
        SnapshotFormat format =
                ServiceLoader.load(SnapshotFormat.class).findFirst().orElse(null);
        ReceivedSnapshots received = own(received(origin.dataDir(), format));
        WalContent content = origin.content();
        if (content != null) {
            received.recover(engine, content.snapshot());
        }
        Peers way = connect(peers, identity);
        Member restored = Member.restore(
                engine,
                received,
                settings(config, identity),
                new Environment(clock, metrics, threads.timer(), threads.pool(), format, this::fail),
                way);
        member = restored;
        List<dev.quorate.api.model.Member> stored = Membership.restore(engine).members();
        Founding.checkLearners(config, stored);
        LogStart start = logStart(origin, restored.restoredIndex());
        introduce(way, peers.isPresent(), known(origin, stored), identity);
        LOG.atInfo()
                .addKeyValue("local-member-id", Long.toHexString(identity.memberId()))
                .addKeyValue("cluster-id", Long.toHexString(identity.clusterId()))
                .addKeyValue("commit-index", start.state().commit())
                .log(origin.content() == null ? "starting local member" : "restarting local member");
        own(clients); // closed behind the log, which fails what waits: so clients hear why
        Consensus log = own(startLog(origin, start, way.transport(), restored, threads));
        threads.start("quorate-watch", restored.watchDispatcher());
        restored.join(log);
        own(restored::stop);
        threads.start("quorate-boot", () -> serve(restored, identity));
    }

    private <T extends AutoCloseable> T own(T part) {
        synchronized (this) {
            if (!closed) {
                opened.push(part);
                return part;
            }
        }
        close(part);
        throw new BootException("the member was closed while it started");
    }

    private static StorageEngine open(StorageEngineProvider provider, @Nullable DataDir dataDir, Path unused) {
        Path folder = dataDir == null ? unused : dataDir.store(provider.name());
        return provider.open(folder, Buckets.ALL);
    }

    private LogStart logStart(Origin origin, long applied) {
        WalContent content = origin.content();
        if (content == null) {
            if (applied > 0) {
                throw new BootException("data dir " + config.dataDir() + " holds a store but no log"
                        + ": the log is lost, or --wal-dir is missing");
            }
            return LogStart.of(Objects.requireNonNull(origin.founding()));
        }
        boolean blank = content.lastIndex() == 0 && content.state().equals(HardState.EMPTY);
        if (blank && config.initialClusterState() == MemberConfig.ClusterState.NEW) {
            Founding founding = Founding.ofNew(config); // ended between making the log and its first entry
            if (founding.identity().equals(origin.identity())) {
                return LogStart.of(founding);
            }
        }
        return config.forceNewCluster() ? LogStart.alone(content, applied) : LogStart.of(content);
    }

    private List<dev.quorate.api.model.Member> known(Origin origin, List<dev.quorate.api.model.Member> stored) {
        if (origin.content() != null && config.forceNewCluster()) {
            return List.of();
        }
        Founding founding = origin.founding();
        return origin.content() == null && founding != null ? founding.known() : stored;
    }

    private Peers connect(Optional<PeerTransportProvider> provider, Founding.Identity identity) {
        return provider.map(found -> found.open(
                        new PeerSettings(
                                identity.memberId(),
                                identity.clusterId(),
                                config.listenPeerUrls(),
                                config.initialAdvertisePeerUrls(),
                                EtcdVersion.SERVER,
                                MIN_CLUSTER_VERSION,
                                peerTls,
                                TimeUnit.MILLISECONDS.toNanos(1_000 + config.electionMillis())),
                        new PeerMetrics(metrics, identity.memberId())))
                .orElseGet(Member::noPeers);
    }

    private void introduce(
            Peers peers, boolean reachable, List<dev.quorate.api.model.Member> known, Founding.Identity identity) {
        List<dev.quorate.api.model.Member> others = known.stream()
                .filter(other -> other.id() != identity.memberId())
                .toList();
        if (!reachable && !others.isEmpty()) {
            throw new BootException("no other member can be reached: "
                    + (config.listenPeerUrls().isEmpty()
                            ? "no URL to listen on for peers was given"
                            : "no peer transport is on the class path"));
        }
        others.forEach(other -> peers.transport().addPeer(other.id(), other.peerUrls()));
    }

    private static ReceivedSnapshots received(@Nullable DataDir dataDir, @Nullable SnapshotFormat format) {
        return dataDir == null
                ? ReceivedSnapshots.temporary(Path.of(System.getProperty("java.io.tmpdir")), format)
                : ReceivedSnapshots.in(dataDir.snap(), format);
    }

    private Consensus startLog(
            Origin origin, LogStart start, PeerTransport transport, Member restored, Threads threads) {
        try {
            Founding.Identity identity = origin.identity();
            RaftLog log = openLog(origin, restored);
            if (!start.bootstrap().isEmpty()) {
                log.append(start.bootstrap(), start.state());
            }
            RaftConfig raft = new RaftConfig(
                    identity.memberId(),
                    start.state(),
                    start.snapshot(),
                    start.entries(),
                    config.snapshotCount(),
                    config.snapshotCatchUpEntries(),
                    RaftConfig.PENDING_BYTES_MAX,
                    NodeTimes.of(
                            config.heartbeatMillis(),
                            config.electionMillis(),
                            config.preVote(),
                            config.initialElectionTickAdvance()));
            long seed = identity.memberId() ^ clock.monotonicNanos();
            LOG.atDebug().addKeyValue("seed", seed).log("spreading election timeouts");
            NodePorts ports = new NodePorts(
                    log,
                    restored.stateMachine(),
                    transport,
                    new Ticks(threads.ticks(), clock),
                    new Random(seed)::nextInt,
                    Workers.THREADS,
                    this::fail);
            return RaftNode.start(raft, ports);
        } catch (IOException e) {
            throw new BootException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        } catch (RuntimeException e) {
            transport.close();
            throw e;
        }
    }

    private RaftLog openLog(Origin origin, Member restored) {
        DataDir dataDir = origin.dataDir();
        return dataDir == null
                ? new MemoryLog()
                : Logs.open(
                        dataDir,
                        config,
                        origin.content(),
                        origin.identity(),
                        restored::membershipSnapshot,
                        clock,
                        metrics);
    }

    /** Waits until the member is in its cluster, and lets clients in. Runs on a thread of its own. */
    private void serve(Member restored, Founding.Identity identity) {
        try {
            CompletableFuture.anyOf(restored.publish(), failure).join();
            Throwable cause = failure.getNow(null);
            if (cause != null) {
                throw new BootException("the member has failed while it started: " + cause.getMessage(), cause);
            }
            LOG.atInfo()
                    .addKeyValue("local-member-id", Long.toHexString(identity.memberId()))
                    .addKeyValue(
                            "local-member-attributes",
                            "{Name:" + config.name() + " ClientURLs:" + advertised(config) + "}")
                    .addKeyValue("cluster-id", Long.toHexString(identity.clusterId()))
                    .log("published local member to cluster through raft");
            clients.open(restored.services(), listeners(), metrics);
            ready.complete(null);
        } catch (RuntimeException e) {
            ready.completeExceptionally(e);
        }
    }

    private static MemberSettings settings(MemberConfig config, Founding.Identity identity) {
        return new MemberSettings(
                identity.clusterId(),
                identity.memberId(),
                config.name(),
                advertised(config),
                config.heartbeatMillis(),
                config.electionMillis(),
                config.quotaBackendBytes(),
                config.requestBytesMax(),
                config.txnOpsMax(),
                config.watchProgressInterval().toNanos(),
                config.compactionBatchLimit(),
                config.compactionPause().toNanos(),
                config.leaseCheckpoint(),
                config.strictReconfigCheck(),
                config.maxLearners(),
                new MemberSettings.Retention(
                        config.autoCompactionMode() == MemberConfig.AutoCompactionMode.PERIODIC,
                        config.autoCompactionRetention()));
    }

    private static List<String> advertised(MemberConfig config) {
        return config.advertiseClientUrls().isEmpty() ? config.listenClientUrls() : config.advertiseClientUrls();
    }

    private ListenerSettings listeners() {
        return new ListenerSettings(
                config.listenClientUrls(),
                clientTls,
                config.requestBytesMax(),
                config.concurrentStreamsMax(),
                config.keepAliveMin().toNanos(),
                config.keepAliveInterval().toNanos(),
                config.keepAliveTimeout().toNanos(),
                config.watchProgressInterval().toNanos());
    }

    private void fail(Throwable cause) {
        if (cause instanceof MemberRemovedException) {
            LOG.atWarn().addKeyValue("error", cause.getMessage()).log("server error");
            LOG.atWarn().log("data-dir used by this member must be removed");
            failure.complete(cause);
            return;
        }
        LOG.atError().setCause(cause).log("the member has failed and stops");
        failure.complete(cause);
    }

    /**
     * Returns what the member serves.
     *
     * @return the services
     */
    public Services services() {
        Member running = member;
        if (running == null) {
            throw new IllegalStateException("the member does not run");
        }
        return running.services();
    }

    /**
     * Returns where clients reach the member.
     *
     * @return URLs with real port numbers; none if it does not listen
     */
    public List<String> clientUrls() {
        return clients.urls();
    }

    /**
     * Completes once clients are served.
     *
     * @return fails with a {@link BootException} if that will never be
     */
    public CompletableFuture<Void> ready() {
        return ready.copy();
    }

    /**
     * Completes if the member fails: its disk, or something that must not happen, or its removal from the cluster
     * ({@link MemberRemovedException}). The owner closes it and ends.
     *
     * @return the cause, once there is one
     */
    public CompletableFuture<Throwable> failure() {
        return failure.copy();
    }

    /**
     * Hands leadership over, lets calls end for a short while, fails what waits, makes durable what was taken, and
     * frees everything. Later calls do nothing.
     */
    @Override
    public void close() {
        Member running = member;
        if (running != null) {
            running.handOver().join();
        }
        clients.drain();
        Deque<AutoCloseable> parts;
        synchronized (this) {
            closed = true;
            parts = new ArrayDeque<>(opened);
            opened.clear();
        }
        parts.forEach(RunningMember::close);
        ready.completeExceptionally(new BootException("the member was closed before it was ready"));
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.atWarn().setCause(e).log("failed to close a part of the member");
        }
    }
}
