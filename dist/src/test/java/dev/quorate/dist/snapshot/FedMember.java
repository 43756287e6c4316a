/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.snapshot;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.inbound.Services;
import dev.quorate.api.model.HashKvResponse;
import dev.quorate.api.platform.Clock;
import dev.quorate.api.platform.Metrics;
import dev.quorate.api.snapshot.SnapshotFormat;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageEngineProvider;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.Consensus;
import dev.quorate.raft.spi.ConsensusStatus;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.MemberProgress;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.StateMachine;
import dev.quorate.raft.spi.StateSnapshot;
import dev.quorate.schema.Buckets;
import dev.quorate.server.app.Environment;
import dev.quorate.server.app.Member;
import dev.quorate.server.app.MemberSettings;
import dev.quorate.server.app.ReceivedSnapshots;
import dev.quorate.server.boot.Engines;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/** A member without a log: a test feeds it what a cluster has committed, and the states of others. */
final class FedMember implements AutoCloseable {
    static final long CLUSTER = 0xC1;
    static final SnapshotFormat FORMAT =
            ServiceLoader.load(SnapshotFormat.class).findFirst().orElseThrow();

    final StorageEngine engine;
    final Member member;
    final StateMachine machine;
    private final ScheduledExecutorService timer =
            new ScheduledThreadPoolExecutor(1, new ThreadPoolExecutor.DiscardPolicy());
    private final ExecutorService pool = Executors.newFixedThreadPool(2);
    private final Thread dispatcher;
    private final Fed log = new Fed();
    private volatile @Nullable Throwable fault;

    /** Starts on a store as a member does: what a crash has cut short is made good first. */
    FedMember(StorageEngine engine, ReceivedSnapshots received, long id) {
        this.engine = engine;
        member = Member.restore(
                engine,
                received,
                new MemberSettings(
                        CLUSTER,
                        id,
                        "m" + id,
                        List.of(),
                        100,
                        1000,
                        0,
                        8 << 20,
                        128,
                        600_000_000_000L,
                        1000,
                        1,
                        true,
                        true,
                        1,
                        new MemberSettings.Retention(false, 0)),
                new Environment(new SystemTime(), Metrics.NONE, timer, pool, FORMAT, cause -> fault = cause));
        machine = member.stateMachine();
        log.committed = machine.appliedIndex();
        dispatcher = new Thread(member.watchDispatcher(), "watch-" + id);
        dispatcher.setDaemon(true);
        dispatcher.start();
        member.join(log);
    }

    static StorageEngine open(String storage, Path folder) throws IOException {
        StorageEngineProvider provider = Engines.named(storage);
        return provider.open(Files.createDirectories(folder), Buckets.ALL);
    }

    Services services() {
        return member.services();
    }

    /** Applies entries in batches of so many. */
    void feed(List<Entry> entries, int batch) {
        for (int from = 0; from < entries.size(); from += batch) {
            List<Entry> some = entries.subList(from, Math.min(from + batch, entries.size()));
            log.committed = some.get(some.size() - 1).index();
            machine.apply(some);
        }
    }

    /** Sends this member's state to another one, which takes it in but does not use it yet. */
    Snapshot sendTo(FedMember other) throws IOException {
        StateSnapshot state = machine.takeSnapshot();
        try (InputStream content = state.state().open()) {
            other.machine.receiveSnapshot(state.snapshot(), content);
        } finally {
            state.state().close();
        }
        return state.snapshot();
    }

    void install(Snapshot snapshot) {
        log.committed = snapshot.index();
        machine.installSnapshot(snapshot);
    }

    HashKvResponse hashKv() {
        return services().maintenance().hashKv(0).join();
    }

    int hash() {
        return services().maintenance().hash().join().hash();
    }

    /** Waits until compaction has nothing left to do. */
    void awaitCompacted() {
        while (true) {
            Bytes scheduled = engine.get(Buckets.META, Buckets.SCHEDULED_COMPACT_REVISION);
            if (scheduled == null || scheduled.equals(engine.get(Buckets.META, Buckets.FINISHED_COMPACT_REVISION))) {
                return;
            }
            Thread.onSpinWait();
        }
    }

    /** Ends the member and leaves the engine open. */
    @Override
    public void close() {
        member.stop();
        timer.shutdown();
        pool.shutdown();
        boolean interrupted = false;
        try {
            dispatcher.join();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        Throwable seen = fault;
        if (seen != null) {
            throw new AssertionError("the member has reported a fault", seen);
        }
    }

    private static final class SystemTime implements Clock {
        @Override
        public long monotonicNanos() {
            return System.nanoTime();
        }

        @Override
        public long wallMillis() {
            return 1_700_000_000_000L;
        }
    }

    /** A log that confirms reads and takes no proposals: this member follows. */
    private static final class Fed implements Consensus {
        private volatile long committed;

        @Override
        public void propose(Bytes command, DropListener listener) {
            listener.dropped(DropReason.NO_LEADER);
        }

        @Override
        public void readIndex(ReadIndexListener listener) {
            listener.confirmed(committed);
        }

        @Override
        public void changeMembership(ConfChange change, DropListener listener) {
            listener.dropped(DropReason.NO_LEADER);
        }

        @Override
        public void transferLeadership(long memberId) {}

        @Override
        public CompletionStage<List<MemberProgress>> progress() {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public ConsensusStatus status() {
            return new ConsensusStatus(1, 2, 1, committed, committed, committed);
        }

        @Override
        public void close() {}
    }
}
