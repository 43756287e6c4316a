/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Consensus.DropReason;
import dev.quorate.raft.spi.Consensus.ReadIndexListener;
import dev.quorate.raft.spi.ConsensusStatus;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.NoPeers;
import dev.quorate.raft.spi.RaftLog;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import dev.quorate.raft.spi.StateMachine;
import dev.quorate.raft.spi.StateSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A group of one: what is promised about the order in which things become durable, are applied and are answered
 * (design, section 3). Log and state machine are stopped by hand, so nothing here waits for time to pass.
 */
final class RaftNodeTest {
    private static final long SELF = 7;
    private static final Entry FIRST = confChange(1, 1, SELF);

    private final SlowLog log = new SlowLog();
    private final Machine machine = new Machine();
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private @Nullable RaftNode running;

    private static Entry confChange(long term, long index, long memberId) {
        ConfChange change = new ConfChange(0, ConfChange.Type.ADD_NODE, memberId, Bytes.EMPTY);
        return new Entry(term, index, EntryType.CONF_CHANGE, change.encode());
    }

    private static Entry command(long term, long index, String text) {
        return new Entry(term, index, EntryType.NORMAL, Bytes.utf8(text));
    }

    private RaftNode start(HardState state, SnapshotMark snapshot, List<Entry> entries, long snapshotCount) {
        RaftConfig config = new RaftConfig(
                SELF, state, snapshot, entries, snapshotCount, 10, 1000, NodeTimes.of(100, 1000, true, true));
        NodePorts ports = new NodePorts(
                log, machine, new NoPeers(), (interval, task) -> () -> {}, bound -> 0, Workers.THREADS, failures::add);
        try {
            RaftNode node = RaftNode.start(config, ports);
            running = node;
            return node;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RaftNode start() {
        return start(new HardState(1, 0, 1), SnapshotMark.NONE, List.of(FIRST), 1000);
    }

    @AfterEach
    void close() {
        log.letAll();
        machine.letAll();
        if (running != null) {
            running.close();
        }
    }

    @Test
    void electsItselfOnceItsConfigurationIsApplied() throws InterruptedException {
        log.letAll();
        machine.hold();
        RaftNode node = start();
        assertThat(node.status().isLeader()).isFalse();

        machine.letAll();

        machine.awaitApplied(2);
        assertThat(node.status().isLeader()).isTrue();
        assertThat(node.status().term()).isEqualTo(2);
        assertThat(machine.applied()).extracting(Entry::index).containsExactly(1L, 2L);
        assertThat(machine.applied().get(1)).isEqualTo(command(2, 2, ""));
    }

    @Test
    void electsItselfOnceItsVoteIsDurable() throws InterruptedException {
        machine.startAt(1);
        RaftNode node = start();
        log.awaitBegun(1);
        assertThat(node.status().isLeader()).isFalse();

        log.allow(1);

        log.awaitBegun(2);
        assertThat(node.status().isLeader()).isTrue();
        assertThat(machine.applied()).isEmpty();
    }

    @Test
    void appliesNothingThatIsNotDurable() throws InterruptedException {
        machine.startAt(1);
        RaftNode node = start();
        node.propose(Bytes.utf8("a"), reason -> {});
        log.allow(1);
        log.awaitBegun(2);
        assertThat(machine.applied()).isEmpty();
        assertThat(node.status().commitIndex()).isEqualTo(1);

        log.letAll();

        machine.awaitApplied(3);
        assertThat(log.durable()).containsAll(machine.applied());
    }

    @Test
    void answersReadsOnlyAfterAnEntryOfTheTermIsCommitted() throws InterruptedException {
        machine.startAt(1);
        RaftNode node = start();
        BlockingQueue<Long> answers = new LinkedBlockingQueue<>();
        node.readIndex(into(answers));
        log.allow(1);
        log.awaitBegun(2);
        assertThat(answers).isEmpty();

        log.letAll();

        assertThat(answers.poll(1, TimeUnit.MINUTES)).isPositive();
    }

    private static ReadIndexListener into(BlockingQueue<Long> answers) {
        return new ReadIndexListener() {
            @Override
            public void confirmed(long index) {
                answers.add(index);
            }

            @Override
            public void failed(DropReason reason) {
                answers.add(-1L);
            }
        };
    }

    @Test
    void putsAllThatWaitsIntoOneWrite() throws InterruptedException {
        machine.startAt(1);
        RaftNode node = start();
        log.allow(1);
        log.awaitBegun(2); // the vote is written, the entry by which the leader begins is not
        for (int i = 0; i < 50; i++) {
            node.propose(Bytes.utf8("c" + i), reason -> {});
        }

        log.letAll();

        machine.awaitApplied(52);
        assertThat(log.writes()).hasSize(3);
        assertThat(log.writes().get(2)).hasSize(50);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void endsForGoodWhenAWriteFails(boolean withAnError) throws InterruptedException {
        machine.startAt(1);
        RaftNode node = start();
        log.failNext(withAnError);
        log.letAll();

        assertThat(failures.poll(1, TimeUnit.MINUTES)).hasMessage("disk");
        AtomicReference<DropReason> reason = new AtomicReference<>();
        node.propose(Bytes.utf8("a"), reason::set);
        assertThat(reason).hasValue(DropReason.STOPPED);
        node.close();
        assertThat(log.writes()).isEmpty();
        assertThat(machine.applied()).isEmpty();
        assertThat(failures).isEmpty();
    }

    @Test
    void dropsProposalsWhileTooMuchWaits() throws InterruptedException {
        machine.startAt(1);
        RaftNode node = start();
        node.propose(Bytes.utf8("x".repeat(1001)), reason -> {});
        AtomicReference<DropReason> reason = new AtomicReference<>();
        node.propose(Bytes.utf8("y"), reason::set);
        assertThat(reason).hasValue(DropReason.OVERLOADED);

        log.letAll();

        machine.awaitApplied(3);
        node.propose(Bytes.utf8("z"), unexpected -> failures.add(new AssertionError(unexpected)));
        machine.awaitApplied(4);
        assertThat(failures).isEmpty();
    }

    @Test
    void goesOnBehindWhatStorageHolds() throws InterruptedException {
        log.letAll();
        machine.startAt(3);
        List<Entry> entries = List.of(
                FIRST, command(2, 2, ""), command(2, 3, "a"), command(2, 4, "b"), command(2, 5, "not committed yet"));
        RaftNode node = start(new HardState(2, SELF, 2), SnapshotMark.NONE, entries, 1000);

        machine.awaitApplied(6);

        assertThat(machine.applied()).extracting(Entry::index).containsExactly(4L, 5L, 6L);
        assertThat(node.status().term()).isEqualTo(3);
    }

    @Test
    void startsBehindASnapshotWithItsConfiguration() throws InterruptedException {
        log.letAll();
        machine.startAt(10);
        SnapshotMark snapshot = new SnapshotMark(10, 4, ConfState.of(List.of(SELF), List.of()));
        RaftNode node = start(new HardState(4, SELF, 10), snapshot, List.of(), 1000);

        machine.awaitApplied(11);

        assertThat(node.status().isLeader()).isTrue();
    }

    @Test
    void refusesAStateThatDoesNotFitTheLog() {
        machine.startAt(2);
        assertThatIllegalArgumentException().isThrownBy(this::start).withMessageContaining("entry 2");
        log.letAll();
    }

    @Test
    void cutsTheLogOnlyBelowWhatStorageHasMadeDurable() throws InterruptedException {
        log.letAll();
        machine.durable = 4;
        RaftNode node = start(new HardState(1, 0, 1), SnapshotMark.NONE, List.of(FIRST), 8);
        for (int i = 0; i < 10; i++) {
            node.propose(Bytes.utf8("c" + i), reason -> {});
        }

        SnapshotMark mark = log.snapshots.poll(1, TimeUnit.MINUTES);

        assertThat(mark).isEqualTo(new SnapshotMark(4, 2, ConfState.of(List.of(SELF), List.of())));
        assertThat(log.released.poll(1, TimeUnit.MINUTES)).isEqualTo(4);
    }

    /** A log that writes only when it may. */
    private static final class SlowLog implements RaftLog {
        private final BlockingQueue<SnapshotMark> snapshots = new LinkedBlockingQueue<>();
        private final BlockingQueue<Long> released = new LinkedBlockingQueue<>();
        private final List<List<Entry>> writes = new ArrayList<>();
        private final Semaphore allowed = new Semaphore(0);
        private final AtomicBoolean fails = new AtomicBoolean();
        private volatile boolean withAnError;
        private int begun;

        void allow(int count) {
            allowed.release(count);
        }

        void letAll() {
            allow(1_000_000);
        }

        void failNext(boolean error) {
            withAnError = error;
            fails.set(true);
        }

        synchronized void awaitBegun(int count) throws InterruptedException {
            while (begun < count) {
                wait();
            }
        }

        @Override
        public void append(List<Entry> entries, HardState state) {
            synchronized (this) {
                begun++;
                notifyAll();
            }
            allowed.acquireUninterruptibly();
            if (fails.get() && withAnError) {
                throw new InternalError("disk");
            } else if (fails.get()) {
                throw new IllegalStateException("disk");
            }
            synchronized (this) {
                writes.add(List.copyOf(entries));
            }
        }

        synchronized List<List<Entry>> writes() {
            return List.copyOf(writes);
        }

        List<Entry> durable() {
            return writes().stream().flatMap(List::stream).toList();
        }

        @Override
        public void snapshot(SnapshotMark mark) {
            snapshots.add(mark);
        }

        @Override
        public void install(Snapshot snapshot) {
            throw new AssertionError("a group of one gets no snapshot");
        }

        @Override
        public void release(long index) {
            released.add(index);
        }

        @Override
        public void close() {}
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A state machine that applies only when it may. */
    private static final class Machine implements StateMachine {
        private final List<Entry> applied = new ArrayList<>();
        private CountDownLatch gate = new CountDownLatch(0);
        private long appliedIndex;
        private volatile long durable;

        synchronized void startAt(long index) {
            appliedIndex = index;
        }

        synchronized void hold() {
            gate = new CountDownLatch(1);
        }

        synchronized void letAll() {
            gate.countDown();
        }

        private synchronized CountDownLatch gate() {
            return gate;
        }

        @Override
        public List<Long> apply(List<Entry> entries) {
            await(gate());
            synchronized (this) {
                applied.addAll(entries);
                appliedIndex = entries.get(entries.size() - 1).index();
                notifyAll();
            }
            return List.of();
        }

        @Override
        public ConfState confState() {
            return ConfState.of(List.of(SELF), List.of());
        }

        @Override
        public StateSnapshot takeSnapshot() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void receiveSnapshot(Snapshot snapshot, InputStream state) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void installSnapshot(Snapshot snapshot) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void leaderChanged(ConsensusStatus status) {}

        @Override
        public void removed() {}

        synchronized void awaitApplied(long index) throws InterruptedException {
            while (appliedIndex < index) {
                wait();
            }
        }

        synchronized List<Entry> applied() {
            return List.copyOf(applied);
        }

        @Override
        public synchronized long appliedIndex() {
            return appliedIndex;
        }

        @Override
        public long durableIndex() {
            return durable;
        }

        @Override
        public void flush() {}
    }
}
