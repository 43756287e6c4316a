/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.HashKvResponse;
import dev.quorate.api.snapshot.SnapshotFile;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageReader.Cursor;
import dev.quorate.dist.RealEtcd;
import dev.quorate.dist.ServerProcess;
import dev.quorate.raft.log.Wal;
import dev.quorate.raft.log.WalOptions;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import dev.quorate.raft.spi.StateSnapshot;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.Command;
import dev.quorate.server.app.ReceivedSnapshots;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** States between members of ours and of real etcd, without the network between them. */
class RealEtcdStateIT {
    @TempDir
    Path work;

    private static String run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(RealEtcd.programOrSkip(program).toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("%s: %s", command, output).isZero();
        return output;
    }

    /** Asks a server for its hash and the revision up to which that goes. */
    private static String hashKv(ServerProcess server) throws IOException, InterruptedException {
        String json = run("etcdctl", "--endpoints=" + server.endpoint(), "endpoint", "hashkv", "-w", "json");
        Matcher found =
                Pattern.compile("\"hash\":(\\d+).*\"hash_revision\":(\\d+)").matcher(json);
        assertThat(found.find()).as(json).isTrue();
        return found.group(1) + " at " + found.group(2);
    }

    private static String hashKv(FedMember member) {
        HashKvResponse answer = member.hashKv();
        return Integer.toUnsignedString(answer.hash()) + " at " + answer.hashRevision();
    }

    /** Real etcd starts on a log of ours that begins with a state, and takes that state from the file beside it. */
    @Test
    void realEtcdInstallsOurs() throws IOException, InterruptedException {
        Path etcd = RealEtcd.programOrSkip("etcd");
        Path data = work.resolve("etcd").resolve("data");
        Path wal = Files.createDirectories(data.resolve("member").resolve("wal"));
        Path snap = Files.createDirectories(data.resolve("member").resolve("snap"));
        Committed history = new Committed(1, 300, List.of(1L));
        history.grant(7, 6000);
        history.grow(1000);
        history.put("leased", 7);
        history.compact(history.revisionMin() - 100);
        String expected;
        SnapshotMark mark;
        try (StorageEngine engine = FedMember.open("memory", work);
                FedMember source = new FedMember(engine, ReceivedSnapshots.in(work, FedMember.FORMAT), 1)) {
            source.feed(history.range(1, 10), 10);
            save(source, snap.resolve("db")); // where it stood before: etcd wants a database to be there
            source.feed(history.from(11), 50);
            source.awaitCompacted();
            expected = hashKv(source);
            Path received = snap.resolve(String.format(Locale.ROOT, "%016x.snap.db", history.lastIndex()));
            Snapshot sent = save(source, received);
            mark = sent.mark();
            WalOptions options = new WalOptions(
                    wal, snap, Wal.SEGMENT_BYTES, 0, 0, true, () -> Bytes.EMPTY, () -> 0, Wal.Observer.NONE);
            try (Wal log = Wal.create(options, 1, FedMember.CLUSTER)) {
                log.install(sent);
            }
        }
        assertThat(run("etcd-dump-logs", data.toString()))
                .contains("term=" + mark.term() + " index=" + mark.index())
                .contains("nodes=[1]")
                .contains("nodeID=1 clusterID=c1 term=" + mark.term() + " commitIndex=" + mark.index())
                .contains("WAL entries: 0");
        try (ServerProcess real = ServerProcess.start(etcd, work.resolve("etcd"), List.of("--name=m1"))) {
            assertThat(hashKv(real)).isEqualTo(expected);
            assertThat(run("etcdctl", "--endpoints=" + real.endpoint(), "lease", "timetolive", "--keys", "7"))
                    .contains("granted with TTL(6000s)")
                    .contains("leased");
            assertThat(run("etcdctl", "--endpoints=" + real.endpoint(), "put", "more", "x"))
                    .contains("OK");
        }
    }

    private static Snapshot save(FedMember source, Path file) throws IOException {
        StateSnapshot sent = source.machine.takeSnapshot();
        try (InputStream in = sent.state().open()) {
            Files.copy(in, file);
        } finally {
            sent.state().close();
        }
        return sent.snapshot();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "rocksdb", "memory"})
    void weInstallRealEtcds(String storage) throws IOException, InterruptedException {
        Path file = work.resolve("saved");
        String expected;
        try (ServerProcess real = ServerProcess.start(
                RealEtcd.programOrSkip("etcd"), Files.createDirectories(work.resolve("etcd")), List.of())) {
            String endpoint = "--endpoints=" + real.endpoint();
            String lease = run("etcdctl", endpoint, "lease", "grant", "6000").split(" ")[1];
            run("etcdctl", endpoint, "put", "leased", "x", "--lease=" + lease);
            for (int i = 0; i < 10; i++) {
                run("etcdctl", endpoint, "put", "key" + i % 3, "v".repeat(i * 1000));
            }
            run("etcdctl", endpoint, "del", "key1");
            run("etcdctl", endpoint, "compaction", "8", "--physical");
            run("etcdctl", endpoint, "snapshot", "save", file.toString());
            expected = hashKv(real);
        }
        SnapshotMark mark = new SnapshotMark(index(file), 2, ConfState.of(List.of(1L, 2L), List.of()));
        try (StorageEngine engine = FedMember.open(storage, work.resolve("ours"));
                FedMember target = new FedMember(engine, ReceivedSnapshots.in(work, FedMember.FORMAT), 2)) {
            Committed before = new Committed(2, 10);
            target.feed(before.from(1), 10); // of no meaning to etcd's data: all of it has to go
            Snapshot snapshot = new Snapshot(mark, Bytes.EMPTY);
            try (InputStream in = Files.newInputStream(file)) {
                target.machine.receiveSnapshot(snapshot, in);
            }
            target.install(snapshot);
            assertThat(hashKv(target)).isEqualTo(expected);
            assertThat(target.services().leases().leases().join().ids()).hasSize(1);
            assertThat(target.services().cluster().memberList(false).join().members())
                    .singleElement()
                    .satisfies(member -> assertThat(member.name()).isEqualTo("default"));
            Committed later = new Committed(3, 10);
            long next = mark.index() + 1;
            later.add(new Command.LeaseRevoke(
                    target.services().leases().leases().join().ids().get(0)));
            var revoke = later.from(later.lastIndex()).get(0);
            target.feed(List.of(new Entry(3, next, revoke.type(), revoke.data())), 1);
            assertThat(target.services().leases().leases().join().ids()).isEmpty();
        }
    }

    private static long index(Path file) {
        try (SnapshotFile content = FedMember.FORMAT.open(file);
                Cursor rows = content.scan(Buckets.META.name())) {
            while (rows.next()) {
                if (rows.key().equals(Buckets.CONSISTENT_INDEX)) {
                    return Buckets.longValue(rows.value());
                }
            }
        }
        throw new AssertionError("there is no index in " + file);
    }
}
