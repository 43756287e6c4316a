/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import dev.quorate.api.face.Face;
import dev.quorate.api.face.ListenerSettings;
import dev.quorate.api.inbound.Services;
import dev.quorate.api.platform.Clock;
import dev.quorate.api.platform.Metrics;
import dev.quorate.api.snapshot.SnapshotFormat;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageEngineProvider;
import dev.quorate.api.storage.StorageException;
import dev.quorate.membership.MemberIds;
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
import dev.quorate.raft.spi.NoPeers;
import dev.quorate.raft.spi.RaftLog;
import dev.quorate.schema.Buckets;
import dev.quorate.server.app.Environment;
import dev.quorate.server.app.Member;
import dev.quorate.server.app.MemberSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member that runs: its store, log, threads and listeners, put together from a configuration.
 *
 * <p>Thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class RunningMember implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningMember.class);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final List<String> clientUrls = new ArrayList<>();
    private @Nullable Member member;
    private boolean closed;

    private RunningMember() {}

    /**
     * Starts a member and waits until it serves.
     *
     * @param config what it is told
     * @return the member; close it
     * @throws BootException if it cannot start; nothing is left running
     */
    public static RunningMember start(MemberConfig config) {
        RunningMember running = new RunningMember();
        try {
            running.boot(config, new SystemClock());
            return running;
        } catch (StorageException | WalDamagedException | UncheckedIOException | IllegalArgumentException e) {
            running.close();
            throw new BootException(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            running.close();
            throw e;
        }
    }

    private void boot(MemberConfig config, Clock clock) {
        StorageEngineProvider provider = Engines.named(config.storage());
        Threads threads = own(new Threads());
        Metrics metrics = ServiceLoader.load(Metrics.class).findFirst().orElse(Metrics.NONE);
        long memberId = MemberIds.ofMember(config.initialAdvertisePeerUrls(), config.initialClusterToken());
        Identity identity = new Identity(memberId, MemberIds.ofCluster(List.of(memberId)));
        @Nullable DataDir dataDir = null;
        @Nullable WalContent content = null;
        if (provider.durable()) {
            dataDir = own(DataDir.open(config.dataDir(), config.walDir().orElse(null)));
            content = Wal.read(dataDir.wal()).orElse(null);
        } else if (DataDir.holdsMember(config.dataDir())) {
            throw new BootException("data dir " + config.dataDir() + " holds a member, which storage "
                    + config.storage() + " would not read: choose another data dir or storage");
        }
        if (content != null) {
            identity = new Identity(content.memberId(), content.clusterId());
        }
        StorageEngine engine = own(open(provider, dataDir, config.dataDir()));
        Environment environment = new Environment(
                clock,
                metrics,
                threads.timer(),
                threads.pool(),
                ServiceLoader.load(SnapshotFormat.class).findFirst().orElse(null),
                this::fail);
        Member restored = Member.restore(engine, settings(config, identity), environment);
        member = restored;
        Consensus log = own(startLog(config, identity, dataDir, content, restored, environment));
        threads.start("quorate-watch", restored.watchDispatcher());
        restored.join(log);
        opened.push(restored::stop);
        LOG.atInfo()
                .addKeyValue("local-member-id", Long.toHexString(identity.memberId()))
                .addKeyValue("cluster-id", Long.toHexString(identity.clusterId()))
                .log("starting local member");
        await(restored.publish(), config);
        LOG.atInfo()
                .addKeyValue("local-member-id", Long.toHexString(identity.memberId()))
                .addKeyValue(
                        "local-member-attributes", "{Name:" + config.name() + " ClientURLs:" + advertised(config) + "}")
                .addKeyValue("cluster-id", Long.toHexString(identity.clusterId()))
                .log("published local member to cluster through raft");
        listen(config, restored.services(), metrics);
    }

    /** Which member of which cluster. */
    record Identity(long memberId, long clusterId) {}

    private <T extends AutoCloseable> T own(T part) {
        opened.push(part);
        return part;
    }

    private static StorageEngine open(StorageEngineProvider provider, @Nullable DataDir dataDir, Path unused) {
        Path folder = dataDir == null ? unused : dataDir.store(provider.name());
        return provider.open(folder, Buckets.ALL);
    }

    private Consensus startLog(
            MemberConfig config,
            Identity identity,
            @Nullable DataDir dataDir,
            @Nullable WalContent content,
            Member restored,
            Environment environment) {
        Clock clock = environment.clock();
        LogStart start = LogStart.of(content, config, identity.memberId());
        if (dataDir != null && content == null && restored.restoredIndex() > 0) {
            throw new BootException("data dir " + config.dataDir() + " holds a store but no log in " + dataDir.wal()
                    + ": the log is lost, or --wal-dir is missing");
        }
        RaftLog log = dataDir == null
                ? new MemoryLog()
                : Logs.open(dataDir, config, content, identity, restored::membershipSnapshot, clock, environment.metrics());
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
                NodeTimes.of(config.heartbeatMillis(), config.electionMillis(), true, true));
        NodePorts ports = new NodePorts(
                log,
                restored.stateMachine(),
                new NoPeers(),
                (interval, task) -> {
                    long nanos = interval.toNanos();
                    var ticks = environment.timer().scheduleAtFixedRate(task, nanos, nanos, TimeUnit.NANOSECONDS);
                    return () -> ticks.cancel(false);
                },
                new Random(identity.memberId() ^ clock.monotonicNanos())::nextInt,
                Workers.THREADS,
                this::fail);
        try {
            return RaftNode.start(raft, ports);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MemberSettings settings(MemberConfig config, Identity identity) {
        return new MemberSettings(
                identity.clusterId(),
                identity.memberId(),
                config.name(),
                advertised(config),
                config.electionMillis(),
                config.quotaBackendBytes(),
                config.requestBytesMax(),
                config.txnOpsMax(),
                config.watchProgressInterval().toNanos(),
                config.compactionBatchLimit(),
                config.compactionPause().toNanos(),
                config.leaseCheckpoint(),
                new MemberSettings.Retention(
                        config.autoCompactionMode() == MemberConfig.AutoCompactionMode.PERIODIC,
                        config.autoCompactionRetention()));
    }

    private static List<String> advertised(MemberConfig config) {
        return config.advertiseClientUrls().isEmpty() ? config.listenClientUrls() : config.advertiseClientUrls();
    }

    private void await(CompletableFuture<?> published, MemberConfig config) {
        long limitMillis = 10_000 + 10 * config.electionMillis();
        try {
            CompletableFuture.anyOf(published, failure)
                    .orTimeout(limitMillis, TimeUnit.MILLISECONDS)
                    .join();
        } catch (RuntimeException e) {
            throw new BootException("the member could not be published within " + limitMillis + " ms", e);
        }
        Throwable cause = failure.getNow(null);
        if (cause != null) {
            throw new BootException("the member has failed while it started: " + cause.getMessage(), cause);
        }
    }

    private void listen(MemberConfig config, Services services, Metrics metrics) {
        if (config.listenClientUrls().isEmpty()) {
            return;
        }
        ListenerSettings settings = new ListenerSettings(
                config.listenClientUrls(),
                config.requestBytesMax(),
                config.concurrentStreamsMax(),
                config.keepAliveMin().toNanos(),
                config.keepAliveInterval().toNanos(),
                config.keepAliveTimeout().toNanos(),
                config.watchProgressInterval().toNanos());
        List<Face> faces = ServiceLoader.load(Face.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        if (faces.isEmpty()) {
            throw new BootException("no transport is on the class path, so nobody can listen on "
                    + config.listenClientUrls() + ": add quorate-transport-grpc");
        }
        for (Face face : faces) {
            try {
                clientUrls.addAll(own(face.start(services, settings, metrics)).clientUrls());
            } catch (IOException e) {
                throw new BootException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
            }
        }
    }

    private void fail(Throwable cause) {
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
        return List.copyOf(clientUrls);
    }

    /**
     * Completes if the member fails: its disk, or something that must not happen. The owner closes it and ends.
     *
     * @return the cause, once there is one
     */
    public CompletableFuture<Throwable> failure() {
        return failure.copy();
    }

    /**
     * Stops listening, fails what waits, makes durable what was taken, and frees everything. Later calls do nothing.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                LOG.atWarn().setCause(e).log("failed to close a part of the member");
            }
        }
    }
}
