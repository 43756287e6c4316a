/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.dist.RealEtcd;
import dev.quorate.dist.blackbox.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The member replacement of etcd's documentation: a cluster of real etcd and one of ours go through the same steps and
 * must say the same; then ours once more while clients write. Source: etcd.io, "Runtime reconfiguration".
 */
class ReplacementIT {
    private static final int ATTEMPTS_MAX = 400;
    private static final long ATTEMPT_PAUSE_NANOS = 50_000_000;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path work;

    @Test
    void saysTheSameAsRealEtcd() throws IOException, InterruptedException {
        Path etcd = RealEtcd.programOrSkip("etcd");
        Loopback addresses = new Loopback(); // the same for both, one after the other
        String theirs = replaced(etcd, work.resolve("real"), addresses);
        String ours = replaced(RealEtcd.ours(), work.resolve("ours"), addresses);
        assertThat(ours).isEqualTo(theirs);
    }

    @Test
    void losesNoWriteWhileMembersComeAndGo() throws IOException, InterruptedException {
        RealEtcd.programOrSkip("etcdctl");
        int rate = Integer.getInteger("quorate.cluster.rate", 300);
        try (ClusterProcess cluster = ClusterProcess.onLoopback(
                        work, Collections.nCopies(3, RealEtcd.ours()), "--snapshot-count=300");
                Load load = new Load(cluster.members().subList(0, 2), rate)) {
            load.awaitMore(rate);
            Member old = cluster.member(2);
            cluster.lead(old); // the hardest one to remove
            String oldId = cluster.id(old);
            ClusterProcess.retried(() -> removed(cluster, oldId));
            assertThat(old.process().awaitEnd()).isZero();
            cluster.forget(old);
            load.awaitMore(rate / 2);
            Member fresh = cluster.join("fresh", RealEtcd.ours());
            fresh.process().awaitReady();
            load.awaitMore(rate / 2);
            Member learner = cluster.join("learner", RealEtcd.ours(), "--learner");
            learner.process().awaitReady();
            String learnerId = Transcript.firstId(learnerLine(cluster));
            ClusterProcess.retried(() -> cluster.etcdctl("member", "promote", learnerId));
            load.awaitMore(rate / 2);
            System.out.println("replacement under load: " + load.end());
            assertThat(cluster.hashes())
                    .hasSize(4)
                    .containsOnly(cluster.hashes().get(0));
        }
    }

    /** The leader may be gone before it has told that it is removed: then the next attempt does not find it. */
    private static Program removed(ClusterProcess cluster, String id) throws IOException, InterruptedException {
        Program said = cluster.etcdctl("member", "remove", id);
        return said.err().contains("member not found") ? new Program(0, said.out(), said.err()) : said;
    }

    private static String learnerLine(ClusterProcess cluster) throws IOException, InterruptedException {
        return ClusterProcess.retried(() -> cluster.etcdctl("member", "list"))
                .lines()
                .filter(line -> line.endsWith(", true"))
                .findFirst()
                .orElseThrow();
    }

    private static String replaced(Path program, Path folder, Network addresses)
            throws IOException, InterruptedException {
        Transcript transcript = new Transcript();
        try (ClusterProcess cluster = new ClusterProcess(folder, addresses, List.of())) {
            cluster.found(Collections.nCopies(3, program));
            cluster.lead(cluster.member(0));
            for (Member member : cluster.members()) {
                transcript.name(cluster.id(member), member.name());
            }
            run(cluster, transcript, "member", "list", "-w", "table");
            removed(cluster, transcript);
            added(cluster, transcript, program);
            learned(cluster, transcript, program);
            return transcript.toString();
        }
    }

    private static void removed(ClusterProcess cluster, Transcript transcript)
            throws IOException, InterruptedException {
        Member old = cluster.member(2);
        run(cluster, transcript, "member", "remove", "1234567890abcdef");
        run(cluster, transcript, "member", "remove", cluster.id(old));
        transcript.add("the removed one has ended with " + old.process().awaitEnd());
        old.begin();
        old.process().awaitEnd(); // with what code is chance in real etcd: it may notice while it starts or later
        transcript.add("because it is removed: "
                + old.process().log().stream().anyMatch(line -> line.contains("permanently removed from the cluster")));
        cluster.forget(old);
        run(cluster, transcript, "member", "list");
    }

    private static void added(ClusterProcess cluster, Transcript transcript, Path program)
            throws IOException, InterruptedException {
        Member fresh = cluster.define("fresh", program);
        Member first = cluster.member(0);
        Program said = first.etcdctl("member", "add", "fresh", "--peer-urls=" + fresh.peerUrl());
        transcript.name(Transcript.firstId(said.out()), "fresh");
        transcript.add("member add fresh", said);
        run(cluster, transcript, "member", "add", "fresh", "--peer-urls=" + fresh.peerUrl());
        run(cluster, transcript, "member", "add", "another", "--peer-urls=http://127.0.0.1:1"); // too few are started
        fresh.begin(cluster.initialCluster(), "existing");
        fresh.process().awaitReady();
        run(cluster, transcript, "member", "list");
        ClusterProcess.retried(() -> fresh.etcdctl("get", "any"));
        assertThat(cluster.hashes()).containsOnly(cluster.hashes().get(0));
    }

    private static void learned(ClusterProcess cluster, Transcript transcript, Path program)
            throws IOException, InterruptedException {
        Member learner = cluster.define("learner", program);
        Member first = cluster.member(0);
        String[] add = {"member", "add", "learner", "--learner", "--peer-urls=" + learner.peerUrl()};
        Program said = whenHealthy(first, add);
        String id = Transcript.firstId(said.out());
        transcript.name(id, "learner");
        transcript.add("member add learner", said);
        run(cluster, transcript, "member", "promote", id); // it has not even started
        run(cluster, transcript, "member", "promote", "1234567890abcdef");
        run(cluster, transcript, "member", "add", "two", "--learner", "--peer-urls=http://127.0.0.1:2");
        learner.begin(cluster.initialCluster(), "existing");
        learner.process().awaitReady();
        run(cluster, transcript, "member", "list", "-w", "table");
        transcript.add("put a", learner.etcdctl("put", "a", "b", "--command-timeout=20s"));
        transcript.add("get a", learner.etcdctl("get", "a", "--command-timeout=20s"));
        ClusterProcess.retried(() -> first.etcdctl("member", "promote", id));
        run(cluster, transcript, "member", "promote", id);
        run(cluster, transcript, "member", "update", id, "--peer-urls=http://localhost:3");
        run(
                cluster,
                transcript,
                "member",
                "update",
                id,
                "--peer-urls=" + cluster.member(0).peerUrl());
        run(cluster, transcript, "member", "update", "1234567890abcdef", "--peer-urls=http://localhost:3");
        run(cluster, transcript, "member", "list");
    }

    private static void run(ClusterProcess cluster, Transcript transcript, String... arguments)
            throws IOException, InterruptedException {
        transcript.add(String.join(" ", arguments), whenHealthy(cluster.member(0), arguments));
    }

    /** A cluster is healthy when its members have been connected for five seconds. */
    private static Program whenHealthy(Member member, String... arguments) throws IOException, InterruptedException {
        Program said = member.etcdctl(arguments);
        for (int i = 0; i < ATTEMPTS_MAX && said.err().contains("unhealthy cluster"); i++) {
            LockSupport.parkNanos(ATTEMPT_PAUSE_NANOS);
            said = member.etcdctl(arguments);
        }
        return said;
    }
}
