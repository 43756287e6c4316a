/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.snapshot.SnapshotFile;
import dev.quorate.api.snapshot.SnapshotFormat;
import dev.quorate.dist.RealEtcd;
import dev.quorate.dist.ServerProcess;
import dev.quorate.server.offline.SnapshotRestore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of data between ours and real etcd, by real etcd's own tools. */
class SnapshotIT {
    @TempDir
    Path work;

    /** Runs a program of real etcd, which must succeed, and returns what it prints. */
    private static String run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(RealEtcd.programOrSkip(program).toString());
        command.addAll(List.of(arguments));
        Path errors = Files.createTempFile("etcd", ".err");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        String said = Files.readString(errors);
        Files.delete(errors);
        assertThat(ended).isTrue();
        assertThat(process.exitValue()).as("%s: %s%s", command, output, said).isZero();
        return output;
    }

    private static String ctl(ServerProcess server, String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("--endpoints=" + server.endpoint()));
        all.addAll(List.of(arguments));
        return run("etcdctl", all.toArray(String[]::new));
    }

    private static String field(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":\"?([^,\"}]*)").matcher(json);
        assertThat(found.find()).as("%s in %s", name, json).isTrue();
        return found.group(1);
    }

    private static String hashKv(ServerProcess server) throws IOException, InterruptedException {
        String json = ctl(server, "endpoint", "hashkv", "-w", "json");
        return field(json, "hash") + " at " + field(json, "hash_revision") + " after "
                + field(json, "compact_revision");
    }

    /** Returns all keys with their revisions, and the revision of the server. */
    private static String keys(ServerProcess server) throws IOException, InterruptedException {
        return ctl(server, "get", "", "--from-key", "-w", "fields")
                .replaceAll("\"(MemberID|ClusterID|RaftTerm)\".*", "");
    }

    /** Gives a server keys of many sizes, some deleted, some with a lease, some compacted. */
    private void fill(ServerProcess server) throws IOException, InterruptedException {
        String lease = ctl(server, "lease", "grant", "6000").split(" ")[1];
        ctl(server, "put", "leased", "x", "--lease=" + lease);
        StringBuilder puts = new StringBuilder("\n");
        for (int i = 0; i < 100; i++) {
            puts.append("put key")
                    .append(i)
                    .append(' ')
                    .append("v".repeat(i * 50 + 1))
                    .append('\n');
        }
        Path script = work.resolve("puts");
        Files.writeString(script, puts + "\n\n\n");
        for (int round = 0; round < 5; round++) {
            Process txn = new ProcessBuilder(
                            RealEtcd.programOrSkip("etcdctl").toString(), "--endpoints=" + server.endpoint(), "txn")
                    .redirectInput(script.toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectErrorStream(true)
                    .start();
            assertThat(txn.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(txn.exitValue()).isZero();
        }
        ctl(server, "del", "key1", "key2"); // from key1 on, without key2: eleven keys
        ctl(server, "compaction", "4");
        ctl(server, "put", "last", "y");
    }

    private Path home(String name) throws IOException {
        return Files.createDirectories(work.resolve(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rocksdb", "h2", "memory"})
    void goesToRealEtcd(String storage) throws IOException, InterruptedException {
        Path etcd = RealEtcd.programOrSkip("etcd");
        Path file = work.resolve("saved");
        String before;
        String keys;
        String lease;
        try (ServerProcess ours = ServerProcess.start(RealEtcd.ours(), home("ours"), List.of("--storage=" + storage))) {
            fill(ours);
            before = hashKv(ours);
            keys = keys(ours);
            lease = ctl(ours, "lease", "list");
            assertThat(ctl(ours, "snapshot", "save", file.toString()))
                    .contains("Snapshot saved at " + file)
                    .contains("Server version 3.7.0");
        }
        String status = run("etcdutl", "snapshot", "status", "-w", "json", file.toString());
        assertThat(field(status, "version")).isEqualTo("3.7.0");
        assertThat(field(status, "totalKey")).isEqualTo("91");
        assertThat(field(status, "totalSize")).isEqualTo(Long.toString(Files.size(file) - 32));
        assertThat(before).contains(" at " + field(status, "revision") + " ");
        run("etcdutl", "snapshot", "restore", file.toString(), "--data-dir=" + work.resolve("real/data"));
        Path database = work.resolve("real/data/member/snap/db");
        assertThat(run("etcd-dump-db", "list-bucket", database.toString()).split("\\s+"))
                .containsExactly(
                        "alarm",
                        "auth",
                        "authRoles",
                        "authUsers",
                        "cluster",
                        "key",
                        "lease",
                        "members",
                        "members_removed",
                        "meta");
        home("real");
        try (ServerProcess real = ServerProcess.start(etcd, work.resolve("real"), List.of())) {
            assertThat(hashKv(real)).isEqualTo(before);
            assertThat(keys(real)).isEqualTo(keys);
            assertThat(ctl(real, "lease", "list")).isEqualTo(lease);
            ctl(real, "put", "more", "z");
        }
    }

    @Test
    void isReadFromRealEtcd() throws IOException, InterruptedException {
        Path etcd = RealEtcd.programOrSkip("etcd");
        Path file = work.resolve("saved");
        try (ServerProcess real = ServerProcess.start(etcd, home("real"), List.of())) {
            fill(real);
            ctl(real, "snapshot", "save", file.toString());
        }
        SnapshotFormat format =
                ServiceLoader.load(SnapshotFormat.class).findFirst().orElseThrow();
        String status = run("etcdutl", "snapshot", "status", "-w", "json", file.toString());
        try (SnapshotFile opened = format.open(file)) {
            assertThat(opened.hashMatches()).isTrue();
            assertThat(StatusHash.of(opened)).isEqualTo(Long.parseLong(field(status, "hash")));
        }
        Path copy = work.resolve("real/data/member/snap/db"); // with room behind it and pages that are free
        String copied = run("etcdutl", "snapshot", "status", "-w", "json", copy.toString());
        try (SnapshotFile opened = format.open(copy)) {
            assertThat(opened.hasHash()).isFalse();
            assertThat(StatusHash.of(opened)).isEqualTo(Long.parseLong(field(copied, "hash")));
        }
    }

    /** Real etcd's own restore and ours make the same of a snapshot. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1000})
    void isRestoredAsByRealEtcd(long bump) throws IOException, InterruptedException {
        Path etcd = RealEtcd.programOrSkip("etcd");
        Path file = work.resolve("saved");
        String before;
        try (ServerProcess real = ServerProcess.start(etcd, home("real"), List.of())) {
            fill(real);
            before = hashKv(real);
            ctl(real, "snapshot", "save", file.toString());
        }
        List<String> restore = new ArrayList<>(List.of(
                "snapshot",
                "restore",
                file.toString(),
                "--data-dir=" + home("theirs").resolve("data")));
        if (bump > 0) {
            restore.addAll(List.of("--bump-revision=" + bump, "--mark-compacted"));
        }
        run("etcdutl", restore.toArray(String[]::new));
        SnapshotRestore.of(file, home("ours").resolve("data"))
                .bumpRevision(bump)
                .run();
        try (ServerProcess theirs = ServerProcess.start(etcd, work.resolve("theirs"), List.of());
                ServerProcess ours = ServerProcess.start(RealEtcd.ours(), work.resolve("ours"), List.of())) {
            assertThat(hashKv(ours)).isEqualTo(hashKv(theirs));
            if (bump == 0) {
                assertThat(hashKv(ours)).isEqualTo(before);
            }
            assertThat(keys(ours)).isEqualTo(keys(theirs));
            assertThat(ctl(ours, "member", "list").split(", ")[0])
                    .isEqualTo(ctl(theirs, "member", "list").split(", ")[0]);
            for (ServerProcess server : List.of(ours, theirs)) {
                ctl(server, "put", "more", "z");
            }
            assertThat(keys(ours)).isEqualTo(keys(theirs));
            assertThat(hashKv(ours)).isEqualTo(hashKv(theirs));
        }
    }
}
