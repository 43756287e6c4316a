/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.quorate.dist.RealEtcd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Members of ours and of real etcd in one cluster: they join each other, lead each other, and hold the same. */
class MixedIT {
    /** So few entries stay that whoever comes later needs the whole state. */
    private static final String[] SHORT_LOG = {"--snapshot-count=40", "--snapshot-catchup-entries=5"};

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path work;

    @BeforeEach
    void speakAsRealEtcdDoes() {
        assumeTrue(Transports.understandRealEtcd(), "real etcd does not speak the chosen peer transport");
    }

    @Test
    void realMemberJoinsOursByLog() throws IOException, InterruptedException {
        joined(RealEtcd.ours(), RealEtcd.programOrSkip("etcd"));
    }

    @Test
    void realMemberJoinsOursBySnapshot() throws IOException, InterruptedException {
        joined(RealEtcd.ours(), RealEtcd.programOrSkip("etcd"), SHORT_LOG);
    }

    @Test
    void oursJoinsRealMembersByLog() throws IOException, InterruptedException {
        joined(RealEtcd.programOrSkip("etcd"), RealEtcd.ours());
    }

    @Test
    void oursJoinsRealMembersBySnapshot() throws IOException, InterruptedException {
        joined(RealEtcd.programOrSkip("etcd"), RealEtcd.ours(), SHORT_LOG);
    }

    /** Two found a cluster, one joins, leads, and hands that back. */
    private void joined(Path founder, Path joiner, String... flags) throws IOException, InterruptedException {
        try (ClusterProcess cluster = ClusterProcess.onLoopback(work, Collections.nCopies(2, founder), flags)) {
            try (Load load = new Load(cluster.members(), 300)) {
                load.awaitMore(150);
                cluster.join("joiner", joiner).process().awaitReady();
                load.awaitMore(50);
                load.end();
            }
            assertSame(cluster);
            cluster.lead(cluster.member(2));
            assertThat(ClusterProcess.retried(() -> cluster.etcdctl("put", "led by", "the new one")))
                    .contains("OK");
            cluster.lead(cluster.member(0));
            assertThat(ClusterProcess.retried(() -> cluster.etcdctl("put", "led by", "the old one")))
                    .contains("OK");
            assertSame(cluster);
        }
    }

    @Test
    void survivesRollingRestart() throws IOException, InterruptedException {
        Path etcd = RealEtcd.programOrSkip("etcd");
        try (ClusterProcess cluster =
                        ClusterProcess.onLoopback(work, List.of(RealEtcd.ours(), etcd, RealEtcd.ours()), SHORT_LOG);
                Load load = new Load(cluster.members(), 100)) {
            for (Member member : cluster.members()) {
                load.awaitMore(30);
                cluster.lead(member);
                member.process().stop();
                load.awaitMore(60); // more than the log keeps
                member.restart();
            }
            load.awaitMore(30);
            System.out.println("rolling restart of a mixed cluster: " + load.end());
            assertSame(cluster);
        }
    }

    private static void assertSame(ClusterProcess cluster) throws IOException, InterruptedException {
        List<Long> hashes = cluster.hashes();
        assertThat(Set.copyOf(hashes)).as("hashes of the members: %s", hashes).hasSize(1);
        assertThat(hashes).doesNotContain(0L);
    }
}
