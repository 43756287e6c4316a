/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.inbound.WatchStream;
import dev.quorate.api.model.AlarmAction;
import dev.quorate.api.model.AlarmMember;
import dev.quorate.api.model.AlarmType;
import dev.quorate.api.model.Event;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.Member;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.WatchCreateRequest;
import dev.quorate.api.model.WatchResponse;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageException;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import dev.quorate.raft.spi.StateSnapshot;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.Command;
import dev.quorate.schema.LeaseRecord;
import dev.quorate.server.app.ReceivedSnapshots;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole state travels from one member to another that is far behind, whatever engines they have. */
class StateTransferTest {
    private static final KeyRange ALL = new KeyRange(KeyRange.FROM_KEY, KeyRange.FROM_KEY);

    @TempDir
    Path work;

    private Path snap = Path.of("");

    @BeforeEach
    void makeFolder() throws IOException {
        snap = Files.createDirectories(work.resolve("snap"));
    }

    private ReceivedSnapshots received() {
        return ReceivedSnapshots.in(snap, FedMember.FORMAT);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> list = Files.list(snap)) {
            return list.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }

    /** A history that leaves leases, alarms, a compaction and a member that came late. */
    private static Committed history(long seed) {
        Committed history = new Committed(seed, 300);
        history.grant(70, 600);
        history.grant(71, 900);
        history.put("of70", 70);
        history.put("of71", 71);
        history.grow(400);
        return history;
    }

    private static void goOn(Committed history) {
        history.grow(1500);
        history.add(new Command.LeaseRevoke(71));
        history.grant(72, 1200);
        history.put("of72", 72);
        history.put("key1", 72);
        history.add(new Command.LeaseCheckpoint(List.of(new Command.Checkpoint(70, 123))));
        history.compact(history.revisionMin() - 300);
        history.addMember(4);
        history.alarm(AlarmAction.ACTIVATE, 2);
    }

    @ParameterizedTest
    @CsvSource({"h2,h2", "h2,rocksdb", "h2,memory", "rocksdb,h2", "rocksdb,rocksdb", "memory,rocksdb", "memory,memory"})
    void aMemberThatIsBehindGetsEverything(String from, String to) throws IOException {
        long seed = from.hashCode() * 31L + to.hashCode();
        Committed history = history(seed);
        try (StorageEngine sourceEngine = FedMember.open(from, work.resolve("source"));
                StorageEngine targetEngine = FedMember.open(to, work.resolve("target"));
                FedMember source = new FedMember(sourceEngine, received(), 1);
                FedMember target = new FedMember(targetEngine, received(), 2)) {
            target.feed(history.from(1), 50);
            source.feed(history.from(1), 50);
            goOn(history);
            source.feed(history.from(source.machine.appliedIndex() + 1), 20);
            source.awaitCompacted();

            Snapshot snapshot = source.sendTo(target);
            assertThat(files()).containsExactly(String.format(Locale.ROOT, "%016x.snap.db", history.lastIndex()));
            assertThat(target.machine.appliedIndex()).isLessThan(snapshot.index());
            target.install(snapshot);

            assertThat(snapshot.index()).isEqualTo(history.lastIndex());
            assertThat(snapshot.mark().confState().isEquivalent(ConfState.of(List.of(1L, 2L, 3L, 4L), List.of())))
                    .isTrue();
            assertThat(snapshot.data().toUtf8()).contains("/0/members/4");
            assertThat(target.machine.appliedIndex()).isEqualTo(snapshot.index());
            assertThat(target.machine.durableIndex()).isEqualTo(snapshot.index());
            assertThat(files()).isEmpty();
            assertSame(source, target, seed);
            assertThat(target.services().leases().leases().join().ids()).containsExactlyInAnyOrder(70L, 72L);
            // What hangs on a lease shows when it ends, below: a member that follows would ask the leader.

            history.alarm(AlarmAction.DEACTIVATE, 2);
            history.grow(100);
            history.add(new Command.LeaseRevoke(72));
            source.feed(history.from(snapshot.index() + 1), 10);
            target.feed(history.from(snapshot.index() + 1), 10);
            assertThat(target.services()
                            .kv()
                            .range(RangeRequest.of(Bytes.utf8("of72")))
                            .join()
                            .count())
                    .isZero();
            assertSame(source, target, seed);
        }
        if (!to.equals("memory")) {
            try (StorageEngine engine = FedMember.open(to, work.resolve("target"));
                    FedMember again = new FedMember(engine, received(), 2)) {
                assertThat(again.machine.appliedIndex()).isEqualTo(history.lastIndex());
            }
        }
    }

    private static void assertSame(FedMember source, FedMember target, long seed) {
        assertThat(target.hashKv().hash())
                .as("HashKV, seed %s", seed)
                .isEqualTo(source.hashKv().hash());
        assertThat(target.hash()).as("Hash, seed %s", seed).isEqualTo(source.hash());
        assertThat(target.services().cluster().memberList(false).join().members())
                .as("members, seed %s", seed)
                .isEqualTo(source.services().cluster().memberList(false).join().members());
        assertThat(alarms(target)).isEqualTo(alarms(source));
        assertThat(target.services().kv().range(serializable(ALL)).join().kvs())
                .isEqualTo(
                        source.services().kv().range(serializable(ALL)).join().kvs());
    }

    private static List<String> alarms(FedMember member) {
        return member.services().maintenance().status().join().errors();
    }

    private static RangeRequest serializable(KeyRange range) {
        return RangeRequest.builder(range).serializable(true).build();
    }

    @Test
    void theRemainingTimeOfLeasesIsKept() throws IOException {
        Committed history = history(1);
        try (StorageEngine sourceEngine = FedMember.open("memory", work);
                StorageEngine targetEngine = FedMember.open("memory", work);
                FedMember source = new FedMember(sourceEngine, received(), 1);
                FedMember target = new FedMember(targetEngine, received(), 2)) {
            goOn(history);
            source.feed(history.from(1), 100);
            target.install(source.sendTo(target));
            assertThat(targetEngine.get(Buckets.LEASE, LeaseRecord.key(70)))
                    .isNotNull()
                    .isEqualTo(sourceEngine.get(Buckets.LEASE, LeaseRecord.key(70)))
                    .satisfies(row -> assertThat(LeaseRecord.decode(row).remainingTtlSeconds())
                            .isEqualTo(123));
            assertThat(source.services().maintenance().status().join().errors())
                    .contains("memberID:2 alarm:" + new AlarmMember(2, AlarmType.NOSPACE).alarm());
        }
    }

    /** What a watcher hears. */
    private static final class Heard implements AutoCloseable {
        private final WatchStream stream;
        private final List<Event> events = new ArrayList<>();
        private final AtomicInteger news = new AtomicInteger();
        private long compactRevision;

        Heard(FedMember member, KeyRange range, long fromRevision) {
            stream = member.services().watches().open(news::incrementAndGet);
            stream.create(WatchCreateRequest.of(range).from(fromRevision));
        }

        void await(BooleanSupplier condition) {
            while (!condition.getAsBoolean()) {
                WatchResponse answer = stream.poll();
                if (answer == null) {
                    Thread.onSpinWait();
                } else {
                    events.addAll(answer.events());
                    compactRevision = Math.max(compactRevision, answer.compactRevision());
                }
            }
        }

        List<Long> revisions() {
            return events.stream().map(event -> event.kv().modRevision()).toList();
        }

        long last() {
            return events.isEmpty() ? 0 : events.get(events.size() - 1).kv().modRevision();
        }

        @Override
        public void close() {
            stream.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "rocksdb", "memory"})
    void watchersHearEverythingOnceAndThoseBehindTheCompactionAreCanceled(String storage) throws IOException {
        Committed history = history(5);
        try (StorageEngine sourceEngine = FedMember.open("memory", work);
                StorageEngine targetEngine = FedMember.open(storage, work.resolve("target"));
                FedMember source = new FedMember(sourceEngine, received(), 1);
                FedMember target = new FedMember(targetEngine, received(), 2)) {
            source.feed(history.from(1), 50);
            target.feed(history.from(1), 50);
            long start = source.hashKv().header().revision();
            try (Heard synced = new Heard(target, ALL, 0);
                    Heard late = new Heard(target, ALL, start - 50);
                    Heard future = new Heard(target, ALL, start + 400);
                    Heard reference = new Heard(source, ALL, start + 1)) {
                late.await(() -> late.last() == start);
                history.grow(300);
                source.feed(history.from(source.machine.appliedIndex() + 1), 10);
                target.install(source.sendTo(target));
                long first = source.hashKv().header().revision();
                synced.await(() -> synced.last() == first);
                late.await(() -> late.last() == first);
                history.grow(300);
                source.feed(history.from(source.machine.appliedIndex() + 1), 10);
                target.install(source.sendTo(target));
                history.grow(20);
                source.feed(history.from(source.machine.appliedIndex() + 1), 10);
                target.feed(history.from(target.machine.appliedIndex() + 1), 10);
                long last = source.hashKv().header().revision();
                reference.await(() -> reference.last() == last);
                synced.await(() -> synced.last() == last);
                late.await(() -> late.last() == last);
                future.await(() -> future.last() == last);
                assertThat(synced.events).isEqualTo(reference.events);
                assertThat(late.events.subList(late.revisions().indexOf(start + 1), late.events.size()))
                        .isEqualTo(reference.events);
                assertThat(future.events)
                        .isEqualTo(reference.events.subList(
                                reference.revisions().indexOf(start + 400), reference.events.size()));
                try (Heard behind = new Heard(target, KeyRange.single(Bytes.utf8("nobody writes it")), 0)) {
                    // It stands at what it was told last; a compaction beyond that takes its past away.
                    history.grow(200);
                    history.compact(history.revisionMin() - 20);
                    source.feed(history.from(source.machine.appliedIndex() + 1), 10);
                    source.awaitCompacted();
                    target.install(source.sendTo(target));
                    behind.await(() -> behind.compactRevision > 0);
                    assertThat(behind.compactRevision).isEqualTo(history.revisionMin() - 20);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "rocksdb", "memory"})
    void readsNeverSeeAMixture(String storage) throws Exception {
        Committed history = history(9);
        history.twins();
        ExecutorService readers = Executors.newFixedThreadPool(3);
        AtomicBoolean stop = new AtomicBoolean();
        try (StorageEngine sourceEngine = FedMember.open("memory", work);
                StorageEngine targetEngine = FedMember.open(storage, work.resolve("target"));
                FedMember source = new FedMember(sourceEngine, received(), 1);
                FedMember target = new FedMember(targetEngine, received(), 2)) {
            source.feed(history.from(1), 50);
            target.feed(history.from(1), 50);
            Set<Integer> hashes = ConcurrentHashMap.newKeySet();
            Set<Integer> known = new HashSet<>();
            known.add(source.hashKv().hash());
            List<Future<Integer>> done = new ArrayList<>();
            for (int reader = 0; reader < 2; reader++) {
                done.add(readers.submit(() -> readTwins(target, stop)));
            }
            done.add(readers.submit(() -> {
                int count = 0;
                while (!stop.get()) {
                    hashes.add(target.hashKv().hash());
                    count++;
                }
                return count;
            }));
            for (int round = 0; round < 8; round++) {
                history.grow(200);
                if (round % 2 == 1) {
                    history.compact(history.revisionMin() - 100);
                }
                source.feed(history.from(source.machine.appliedIndex() + 1), 50);
                source.awaitCompacted();
                known.add(source.hashKv().hash());
                target.install(source.sendTo(target));
                CompletableFuture<RangeResponse> linearizable =
                        target.services().kv().range(RangeRequest.of(ALL));
                assertThat(linearizable.join().kvs())
                        .isEqualTo(source.services()
                                .kv()
                                .range(RangeRequest.of(ALL))
                                .join()
                                .kvs());
            }
            stop.set(true);
            for (Future<Integer> one : done) {
                assertThat(one.get()).as("reads").isPositive();
            }
            assertThat(known).containsAll(hashes);
        } finally {
            stop.set(true);
            readers.shutdown();
        }
    }

    private static int readTwins(FedMember member, AtomicBoolean stop) throws ExecutionException, InterruptedException {
        int count = 0;
        long revision = 0;
        KeyRange both = KeyRange.prefix(Bytes.utf8("twin-"));
        while (!stop.get()) {
            RangeResponse seen =
                    member.services().kv().range(serializable(both)).get();
            assertThat(seen.kvs()).hasSize(2);
            assertThat(seen.kvs().get(0).value()).isEqualTo(seen.kvs().get(1).value());
            assertThat(seen.kvs().get(0).modRevision())
                    .isEqualTo(seen.kvs().get(1).modRevision())
                    .isLessThanOrEqualTo(seen.header().revision());
            assertThat(seen.header().revision()).isGreaterThanOrEqualTo(revision);
            revision = seen.header().revision();
            count++;
        }
        return count;
    }

    /** Fails each write from the n-th on, as a disk does that is gone. */
    private static StorageEngine failing(StorageEngine engine, int writes) {
        AtomicInteger left = new AtomicInteger(writes);
        return (StorageEngine) Proxy.newProxyInstance(
                StateTransferTest.class.getClassLoader(),
                new Class<?>[] {StorageEngine.class},
                (proxy, method, arguments) -> {
                    boolean changes =
                            method.getName().equals("write") || method.getName().equals("flush");
                    if (changes && left.getAndDecrement() <= 0) {
                        throw new StorageException("the disk is gone", null);
                    }
                    try {
                        return method.invoke(engine, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "rocksdb"})
    void aCrashAtAnyBatchIsMadeGoodAtTheNextStart(String storage) throws IOException {
        Committed history = new Committed(11, 60_000);
        history.grow(150);
        int crashes = 0;
        try (StorageEngine sourceEngine = FedMember.open("memory", work);
                FedMember source = new FedMember(sourceEngine, received(), 1)) {
            source.feed(history.from(1), 50);
            long behind = history.lastIndex();
            history.grow(250);
            history.compact(history.revisionMin() - 50);
            source.feed(history.from(behind + 1), 50);
            source.awaitCompacted();
            for (boolean through = false; !through; crashes++) {
                Path folder = work.resolve("target" + crashes);
                Snapshot snapshot;
                try (StorageEngine engine = FedMember.open(storage, folder)) {
                    try (FedMember target = new FedMember(engine, received(), 2)) {
                        target.feed(history.range(1, behind), 50);
                        snapshot = source.sendTo(target);
                    }
                    try (FedMember target = new FedMember(failing(engine, crashes), received(), 2)) {
                        target.install(snapshot);
                        through = true;
                    } catch (StorageException e) {
                        assertThat(files()).as("kept for the next start").hasSize(1);
                    }
                }
                try (StorageEngine engine = FedMember.open(storage, folder)) {
                    received().recover(engine, snapshot.mark());
                    assertThat(files()).isEmpty();
                    try (FedMember target = new FedMember(engine, received(), 2)) {
                        assertThat(target.machine.appliedIndex()).isEqualTo(snapshot.index());
                        assertSame(source, target, 11);
                    }
                }
            }
        }
        assertThat(crashes).as("batches").isGreaterThan(5);
    }

    @Test
    void readersAreRefusedOnceAnInstallHasFailed() throws IOException {
        Committed history = history(3);
        try (StorageEngine sourceEngine = FedMember.open("memory", work);
                StorageEngine targetEngine = FedMember.open("memory", work);
                FedMember source = new FedMember(sourceEngine, received(), 1);
                FedMember target = new FedMember(failing(targetEngine, 1), received(), 2)) {
            source.feed(history.from(1), 50);
            Snapshot snapshot = source.sendTo(target);
            assertThatThrownBy(() -> target.install(snapshot)).isInstanceOf(StorageException.class);
            assertThatThrownBy(() -> target.hashKv()).hasMessageContaining("server stopped");
        }
    }

    @Test
    void aStateThatIsDamagedCutOrOfAnotherEntryIsRefusedAndChangesNothing() throws IOException {
        Committed history = history(4);
        try (StorageEngine sourceEngine = FedMember.open("memory", work);
                StorageEngine targetEngine = FedMember.open("memory", work);
                FedMember source = new FedMember(sourceEngine, received(), 1);
                FedMember target = new FedMember(targetEngine, received(), 2)) {
            source.feed(history.from(1), 50);
            StateSnapshot state = source.machine.takeSnapshot();
            byte[] whole;
            try (InputStream content = state.state().open()) {
                whole = content.readAllBytes();
            }
            assertThat(whole).hasSize((int) state.state().length());
            state.state().close();
            SnapshotMark mark = state.snapshot().mark();
            Random random = new Random(4);
            for (int i = 0; i < 20; i++) {
                byte[] damaged = whole.clone();
                int page = 2 + random.nextInt(whole.length / 4096 - 2);
                damaged[page * 4096 + 8] ^= 0x40;
                assertThatThrownBy(() ->
                                target.machine.receiveSnapshot(state.snapshot(), new ByteArrayInputStream(damaged)))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("snapshot of entry " + mark.index() + " is refused");
            }
            assertThatThrownBy(() -> target.machine.receiveSnapshot(
                            state.snapshot(), new ByteArrayInputStream(whole, 0, whole.length - 4096)))
                    .isInstanceOf(IOException.class);
            Snapshot other = new Snapshot(new SnapshotMark(mark.index() + 1, 2, mark.confState()), Bytes.EMPTY);
            assertThatThrownBy(() -> target.machine.receiveSnapshot(other, new ByteArrayInputStream(whole)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("it holds the state at entry " + mark.index());
            assertThat(files()).isEmpty();
            assertThat(target.machine.appliedIndex()).isZero();
            assertThat(targetEngine.get(Buckets.META, Buckets.CONSISTENT_INDEX)).isNull();
        }
    }

    @Test
    void aMemberWithoutADataDirLeavesNoFileBehind() throws IOException {
        Committed history = history(6);
        Path folder;
        try (StorageEngine sourceEngine = FedMember.open("memory", work);
                StorageEngine targetEngine = FedMember.open("memory", work);
                ReceivedSnapshots temporary = ReceivedSnapshots.temporary(snap, FedMember.FORMAT);
                FedMember source = new FedMember(sourceEngine, received(), 1);
                FedMember target = new FedMember(targetEngine, temporary, 2)) {
            source.feed(history.from(1), 50);
            Snapshot snapshot = source.sendTo(target);
            folder = snap.resolve(files().get(0));
            assertThat(folder).isNotEmptyDirectory();
            target.install(snapshot);
            assertThat(folder).isEmptyDirectory();
            assertSame(source, target, 6);
        }
        assertThat(folder).doesNotExist();
    }

    @Test
    void aNewMemberTakesTheNamesOfTheOthersFromIt() throws IOException {
        Committed history = history(7);
        try (StorageEngine sourceEngine = FedMember.open("memory", work);
                StorageEngine targetEngine = FedMember.open("memory", work);
                FedMember source = new FedMember(sourceEngine, received(), 1);
                FedMember target = new FedMember(targetEngine, received(), 2)) {
            source.feed(history.from(1), 50);
            target.install(source.sendTo(target));
            assertThat(target.services().cluster().memberList(false).join().members())
                    .extracting(Member::name)
                    .containsExactly("m1", "m2", "m3");
        }
    }
}
