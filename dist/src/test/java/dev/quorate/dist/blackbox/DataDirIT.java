/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.dist.RealEtcd;
import dev.quorate.dist.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies in a data dir, who may take it up, and how its engine is chosen. */
class DataDirIT {
    private static final String OURS = RealEtcd.ours().toString();

    @TempDir
    Path work;

    private Path data() {
        return work.resolve("data");
    }

    private Program tryToStart(String... flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(OURS, "--data-dir=" + data(), "--name=other"));
        command.addAll(List.of(flags));
        int port = ServerProcess.freePort();
        command.add("--listen-client-urls=http://127.0.0.1:" + port);
        command.add("--advertise-client-urls=http://127.0.0.1:" + port);
        return Program.run(command);
    }

    private static Program etcdctl(ServerProcess server, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(RealEtcd.programOrSkip("etcdctl").toString(), "--endpoints=" + server.endpoint()));
        command.addAll(List.of(words));
        return Program.run(command);
    }

    @Test
    void etcdsToolReadsTheLogOfARunningServer() throws IOException, InterruptedException {
        String tool = RealEtcd.programOrSkip("etcd-dump-logs").toString();
        try (ServerProcess server = ServerProcess.start(RealEtcd.ours(), work, List.of())) {
            for (int i = 0; i < 5; i++) {
                assertThat(etcdctl(server, "put", "key" + i, "value" + i).exitCode())
                        .isZero();
            }
            etcdctl(server, "del", "key1");
            Program dumped = Program.run(List.of(tool, data().toString()));
            assertThat(dumped.exitCode()).as(dumped.err()).isZero();
            assertThat(dumped.out()).contains("ConfChangeAddNode", "cluster_member_attr_set", "cluster_version_set");
            for (int i = 0; i < 5; i++) {
                assertThat(dumped.out()).contains("put:<key:\"key" + i + "\" value:\"value" + i + "\"");
            }
            assertThat(dumped.out()).contains("delete_range:<key:\"key1\"");
            assertThat(etcdctl(server, "get", "key2", "--print-value-only").out())
                    .isEqualTo("value2\n");
        }
    }

    @Test
    void leavesADataDirOfRealEtcdAlone() throws IOException, InterruptedException {
        Path etcd = RealEtcd.programOrSkip("etcd");
        try (ServerProcess real = ServerProcess.start(etcd, work, List.of())) {
            etcdctl(real, "put", "theirs", "kept");
            real.stop();
        }
        Map<String, String> before = Trees.content(data());
        for (String storage : List.of("rocksdb", "h2", "memory")) {
            Program refused = tryToStart("--storage=" + storage);
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).contains("\"level\":\"error\"", "data dir " + data());
            assertThat(refused.err()).contains(storage.equals("memory") ? "holds a member" : "was written by etcd");
            assertThat(Trees.content(data())).as("after " + storage).isEqualTo(before);
        }
        try (ServerProcess real = ServerProcess.start(etcd, work, List.of())) {
            assertThat(etcdctl(real, "get", "theirs", "--print-value-only").out())
                    .isEqualTo("kept\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rocksdb", "h2", "memory"})
    void takesTheEngineFromAFlag(String storage) throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start(RealEtcd.ours(), work, List.of("--storage", storage))) {
            runsOn(server, storage);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rocksdb", "h2", "memory"})
    void takesTheEngineFromAVariable(String storage) throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        ProcessBuilder command = new ProcessBuilder(OURS);
        command.environment().put("ETCD_DATA_DIR", data().toString());
        command.environment().put("ETCD_LISTEN_CLIENT_URLS", "http://127.0.0.1:" + port);
        command.environment().put("ETCD_ADVERTISE_CLIENT_URLS", "http://127.0.0.1:" + port);
        command.environment().put("ETCD_STORAGE", storage);
        try (ServerProcess server = ServerProcess.launch(command, work, port)) {
            runsOn(server, storage);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rocksdb", "h2", "memory"})
    void takesTheEngineFromAFile(String storage) throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        String url = "http://127.0.0.1:" + port;
        Path file = Files.writeString(
                work.resolve("quorated.yaml"),
                String.join(
                        "\n",
                        "data-dir: " + data(),
                        "listen-client-urls: " + url,
                        "advertise-client-urls: " + url,
                        "storage: " + storage));
        ProcessBuilder command = new ProcessBuilder(OURS, "--config-file", file.toString());
        try (ServerProcess server = ServerProcess.launch(command, work, port)) {
            runsOn(server, storage);
        }
    }

    /** Each engine has a folder of its own; memory has none, and leaves no trace. */
    private void runsOn(ServerProcess server, String storage) {
        assertThat(server.handle().isAlive()).isTrue();
        for (String engine : List.of("rocksdb", "h2")) {
            assertThat(Files.exists(data().resolve("member/store-" + engine)))
                    .as("a store of " + engine)
                    .isEqualTo(engine.equals(storage));
        }
        assertThat(Files.exists(data())).isEqualTo(!storage.equals("memory"));
    }

    @Test
    void namesTheEnginesThereAre() throws IOException, InterruptedException {
        Program refused = tryToStart("--storage=nonsense");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("storage nonsense is not known; there are: h2, memory, rocksdb");
        assertThat(Files.exists(data())).isFalse();
    }

    @Test
    void keepsADataDirWithTheEngineThatMadeIt() throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start(RealEtcd.ours(), work, List.of("--storage=rocksdb"))) {
            assertThat(server.stop()).isEqualTo(128 + 15);
        }
        Map<String, String> before = Trees.content(data());
        Program h2 = tryToStart("--storage=h2");
        assertThat(h2.exitCode()).isEqualTo(1);
        assertThat(h2.err()).contains("holds a store of rocksdb, not of h2: start with --storage=rocksdb");
        Program memory = tryToStart("--storage=memory");
        assertThat(memory.exitCode()).isEqualTo(1);
        assertThat(memory.err()).contains("holds a member, which storage memory would not read");
        assertThat(Trees.content(data())).isEqualTo(before);
    }

    @Test
    void startsAgainWhateverTheInitialClusterIsSaidToBe() throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start(RealEtcd.ours(), work, List.of())) {
            assertThat(etcdctl(server, "put", "before", "kept").exitCode()).isZero();
            server.stop();
        }
        List<String> joining = List.of("--initial-cluster-state=existing", "--initial-cluster=x=http://127.0.0.1:1");
        try (ServerProcess server = ServerProcess.start(RealEtcd.ours(), work, joining)) {
            assertThat(etcdctl(server, "get", "before", "--print-value-only").out())
                    .isEqualTo("kept\n");
        }
    }

    @Test
    void belongsToOneProcessAndToNoneAfterItsEnd() throws IOException, InterruptedException {
        Map<String, String> left;
        try (ServerProcess server = ServerProcess.start(RealEtcd.ours(), work, List.of())) {
            Program second = tryToStart();
            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.err()).contains("data dir " + data() + " is in use by another process");
            assertThat(server.handle().isAlive()).isTrue();
            assertThat(Trees.content(data()).values())
                    .as("sockets, pipes and links")
                    .doesNotContain("neither file nor folder");
            assertThat(server.stop()).isEqualTo(128 + 15);
            left = Trees.content(data());
        }
        try (ServerProcess again = ServerProcess.start(RealEtcd.ours(), work, List.of())) {
            again.kill();
            left = Trees.content(data());
        }
        assertThat(Trees.content(data())).as("after the end of the process").isEqualTo(left);
    }
}
