/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.dist.RealEtcd;
import dev.quorate.dist.blackbox.Program;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Data dirs that earlier states have written ({@code datadirs/README.md}) are opened by this one, and grow to clusters.
 */
class OldDataDirIT {
    private static final String DATA_DIRS = "/dev/quorate/dist/datadirs/";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path work;

    @ParameterizedTest
    @CsvSource({"h2,2688398006", "rocksdb,473958189"})
    void aGroupOfOneGrowsToThree(String storage, String hash) throws IOException, InterruptedException {
        RealEtcd.programOrSkip("etcdctl");
        unpack(
                "group-of-one-" + storage + ".tar.gz",
                storage,
                work.resolve("infra0").resolve("data"));
        try (ClusterProcess cluster =
                ClusterProcess.onLoopback(work, List.of(RealEtcd.ours()), "--storage=" + storage)) {
            Member old = cluster.member(0);
            assertThat(said(old, "endpoint", "hashkv", "--rev=254", "-w", "json"))
                    .contains("\"hash\":" + hash + ",", "\"compact_revision\":130");
            assertThat(said(old, "get", "k4", "--print-value-only")).isEqualTo("v244\n");
            assertThat(said(old, "lease", "list")).contains("found 1 leases");

            said(old, "member", "update", cluster.id(old), "--peer-urls=" + old.peerUrl());
            cluster.join("infra1", RealEtcd.ours()).process().awaitReady();
            cluster.join("infra2", RealEtcd.ours()).process().awaitReady();

            ClusterProcess.retried(() -> cluster.etcdctl("put", "more", "1"));
            assertThat(cluster.hashes())
                    .hasSize(3)
                    .containsOnly(cluster.hashes().get(0));
        }
    }

    private static String said(Member member, String... arguments) throws IOException, InterruptedException {
        return ClusterProcess.retried(() -> member.etcdctl(arguments));
    }

    private void unpack(String file, String folder, Path target) throws IOException, InterruptedException {
        Path packed = work.resolve(file);
        try (InputStream content =
                Objects.requireNonNull(OldDataDirIT.class.getResourceAsStream(DATA_DIRS + file), file)) {
            Files.copy(content, packed);
        }
        Program tar = Program.run(List.of("tar", "-xzf", packed.toString(), "-C", work.toString()));
        assertThat(tar.exitCode()).as(tar.err()).isZero();
        Files.createDirectories(target.getParent());
        Files.move(work.resolve(folder), target);
    }
}
