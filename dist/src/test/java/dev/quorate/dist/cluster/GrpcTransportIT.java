/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.dist.RealEtcd;
import dev.quorate.dist.blackbox.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The way of a cluster whose members speak gRPC with one another, in short: messages, calls, snapshots, members that
 * come and go. The other tests of clusters run with it too: {@code -Dquorate.cluster.transport=grpc}.
 */
class GrpcTransportIT {
    private static final String TRANSPORT = "--peer-transport=grpc";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path work;

    @Test
    void carriesACluster() throws IOException, InterruptedException {
        RealEtcd.programOrSkip("etcdctl");
        try (ClusterProcess cluster = ClusterProcess.onLoopback(
                work,
                Collections.nCopies(3, RealEtcd.ours()),
                TRANSPORT,
                "--snapshot-count=15",
                "--snapshot-catchup-entries=5")) {
            Member leader = cluster.leader();
            Member follower = other(cluster, leader);
            String lease = ClusterProcess.retried(() -> follower.etcdctl("lease", "grant", "600"))
                    .split(" ")[1];
            ClusterProcess.retried(() -> follower.etcdctl("lease", "keep-alive", "--once", lease));
            assertThat(ClusterProcess.retried(() -> follower.etcdctl("lease", "timetolive", lease)))
                    .contains("granted with TTL(600s)");

            leader.process().handle().destroyForcibly();
            leader.process().awaitEnd();
            for (int i = 0; i < 25; i++) {
                String value = String.valueOf(i);
                ClusterProcess.retried(() -> follower.etcdctl("put", "k", value));
            }
            leader.restart(); // too far behind for the log
            assertThat(ClusterProcess.retried(() -> leader.etcdctl("get", "k", "--print-value-only")))
                    .isEqualToIgnoringNewLines("24");

            Member gone = cluster.leader();
            String goneId = cluster.id(gone);
            Member left = other(cluster, gone);
            ClusterProcess.retried(() -> removed(left, goneId));
            assertThat(gone.process().awaitEnd())
                    .as("a removed member ends by itself")
                    .isZero();
            cluster.forget(gone);
            cluster.join("fresh", RealEtcd.ours()).process().awaitReady();
            assertThat(cluster.hashes())
                    .hasSize(3)
                    .containsOnly(cluster.hashes().get(0));
        }
    }

    private static Member other(ClusterProcess cluster, Member than) {
        return cluster.members().stream()
                .filter(member -> !member.equals(than))
                .findFirst()
                .orElseThrow();
    }

    /** The leader may be gone before it has told that it is removed: then the next attempt does not find it. */
    private static Program removed(Member by, String id) throws IOException, InterruptedException {
        Program said = by.etcdctl("member", "remove", id);
        return said.err().contains("member not found") ? new Program(0, said.out(), said.err()) : said;
    }

    @Test
    void isRefusedUnderAnotherName() throws IOException, InterruptedException {
        Program said = Program.run(List.of(
                RealEtcd.ours().toString(), "--data-dir", work.resolve("data").toString(), "--peer-transport=smoke"));

        assertThat(said.exitCode()).isNotZero();
        assertThat(said.err()).contains("peer transport smoke is not known; there are: grpc, http");
    }
}
