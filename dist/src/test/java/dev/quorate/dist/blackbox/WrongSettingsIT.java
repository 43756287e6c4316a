/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.dist.RealEtcd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** C4: what makes no sense is refused as real etcd refuses it: same exit code, same words. */
class WrongSettingsIT {
    private static final Pattern ERROR = Pattern.compile("\"error\":\"((?:[^\"\\\\]|\\\\.)*)\"");

    @TempDir
    Path work;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--nope",
                "stray",
                "--name",
                "--heartbeat-interval=abc",
                "--pre-vote=maybe",
                "--initial-cluster-state=maybe",
                "--grpc-keepalive-timeout=5",
                "--feature-gates=Nope=true",
                "--feature-gates=LeaseCheckpoint",
                "--listen-client-urls=nonsense",
                "--listen-client-urls=http://127.0.0.1",
                "--listen-client-urls=http://127.0.0.1:1/x",
                "--listen-client-urls=http://example.com:1 --advertise-client-urls=http://example.com:1",
                "--listen-client-urls=http://127.0.0.1:1",
                "--listen-peer-urls=http://example.com:1",
                "--election-timeout=100",
                "--election-timeout=60000",
                "--heartbeat-interval=0",
                "--initial-cluster=other=http://localhost:2380",
                "--initial-cluster=default=http://localhost:1",
                "--initial-cluster=default",
                "--initial-cluster=",
                "--initial-cluster=default=127.0.0.1:2380",
                "--initial-cluster=default=http://localhost",
                "--initial-cluster=default=http://localhost:2380/x",
                "--initial-cluster=default=http://localhost:2380,default=http://localhost:2381",
                "--initial-cluster=default=http://localhost:2380,b=http://localhost:2380",
                "--name=a --initial-cluster=b=http://localhost:2380,c=http://localhost:2381",
                "--name=a --initial-cluster=a=http://127.0.0.1:1,b=http://127.0.0.1:2"
                        + " --initial-advertise-peer-urls=http://127.0.0.1:2",
                "--initial-advertise-peer-urls=http://localhost:1",
                "--initial-advertise-peer-urls=http://localhost:1,http://localhost:2"
                        + " --initial-cluster=default=http://localhost:1",
                "--initial-cluster-state=existing",
                "--initial-cluster-state=existing --initial-cluster=default=http://localhost:2380,b=http://127.0.0.1:1",
                "--initial-cluster-state=existing --name=x --initial-cluster=a=http://localhost:1",
                "--initial-cluster-state=existing --initial-cluster=default=http://h:1,b=http://h:1",
                "--max-learners=-1",
                "--listen-client-urls=https://127.0.0.1:1 --advertise-client-urls=https://127.0.0.1:1",
                "--listen-peer-urls=https://127.0.0.1:1380",
                "--listen-peer-urls=https://127.0.0.1:1380 --peer-cert-file=/nonexistent --peer-key-file=/nonexistent",
                "--listen-peer-urls=https://127.0.0.1:1380 --peer-cert-file=/nonexistent",
                "--discovery-token=x",
                "--discovery-fallback=proxy",
                "--auto-compaction-mode=nonsense",
                "--auto-compaction-retention=x",
                "--auto-compaction-retention=-1",
                "--log-format=nonsense",
                "--logger=capnslog",
                "--logger=nonsense",
                "--log-outputs=default,stderr",
                "--log-outputs=/nonexistent/log",
                "--enable-log-rotation",
                "--v2-deprecation=nonsense",
                "--config-file=/nonexistent.yaml",
                "--snapshot-count=18446744073709551616",
                "--max-concurrent-streams=4294967296",
                "--compact-hash-check-time=0",
                "--cors=nonsense",
                "--tls-min-version=x",
                "--name=",
                "--name=a,b",
                "ETCD_HEARTBEAT_INTERVAL=abc",
                "ETCD_CONFIG_FILE=/nonexistent.yaml",
            })
    void refusesInTheSameWords(String words) throws IOException, InterruptedException {
        Program theirs = run(RealEtcd.programOrSkip("etcd"), words);
        Program ours = run(RealEtcd.ours(), words);
        assertThat(problem(ours)).isEqualTo(problem(theirs));
        assertThat(ours.exitCode()).isEqualTo(theirs.exitCode());
        assertThat(Files.exists(work.resolve("ours"))).isFalse();
    }

    private Program run(Path program, String words) throws IOException, InterruptedException {
        String data = "--data-dir=" + work.resolve(program.equals(RealEtcd.ours()) ? "ours" : "real");
        if (words.startsWith("ETCD_")) {
            String[] parts = words.split("=", 2);
            return Program.run(List.of(program.toString(), data), Map.of(parts[0], parts[1]));
        }
        List<String> command = new ArrayList<>(List.of(program.toString(), data));
        command.addAll(Arrays.asList(words.split(" ")));
        return Program.run(command);
    }

    /** The first line if it is plain, the error of the last line that has one if the lines are JSON. */
    private static String problem(Program program) {
        if (!program.err().startsWith("{")) {
            return program.err().lines().findFirst().orElse("");
        }
        String last = "none";
        Matcher error = ERROR.matcher(program.err());
        while (error.find()) {
            last = error.group(1);
        }
        return last;
    }
}
