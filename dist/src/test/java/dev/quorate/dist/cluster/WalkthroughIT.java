/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.dist.RealEtcd;
import dev.quorate.dist.blackbox.Walkthrough;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three members are started as the documentation of etcd types it, first of real etcd and then of ours, and the real
 * etcdctl, which is told all three endpoints, walks the same way through both. Steps whose answer depends on the member
 * that etcdctl chances on are left out here. Source: etcd.io, "Clustering guide", static.
 */
class WalkthroughIT {
    /** What one member says of itself, of its time, or only to those who are asked twice. */
    private static final Pattern CHANCE =
            Pattern.compile("endpoint |-w (protobuf|json|fields)|member list|consistency=s|check perf|defrag|nothing");

    @TempDir
    Path work;

    @TestFactory
    List<DynamicTest> saysTheSameAsAgainstRealEtcd() throws IOException, InterruptedException {
        Path etcd = RealEtcd.programOrSkip("etcd");
        RealEtcd.programOrSkip("etcdctl");
        List<String> steps = new ArrayList<>(Walkthrough.steps("cluster.sh"));
        Walkthrough.steps("walkthrough.sh").stream()
                .filter(step -> !CHANCE.matcher(step).find() || step.startsWith("rev="))
                .forEach(steps::add);
        Loopback addresses = new Loopback(); // the same for both, one after the other: so are the ids
        List<String> theirs = walked(etcd, steps, addresses, work.resolve("real"));
        List<String> ours = walked(RealEtcd.ours(), steps, addresses, work.resolve("ours"));
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            String expected = theirs.get(i);
            String actual = ours.get(i);
            tests.add(DynamicTest.dynamicTest(
                    i + " " + steps.get(i), () -> assertThat(actual).isEqualTo(expected)));
        }
        return tests;
    }

    private static List<String> walked(Path program, List<String> steps, Network addresses, Path folder)
            throws IOException, InterruptedException {
        Path programs = RealEtcd.programOrSkip("etcdctl").resolveSibling(".").normalize();
        try (ClusterProcess cluster = new ClusterProcess(folder, addresses, List.of())) {
            cluster.found(Collections.nCopies(3, program));
            cluster.leader(); // and so there is one
            Walkthrough walk = Walkthrough.start(
                    cluster.endpoints(), programs.toAbsolutePath(), steps, Files.createDirectories(folder));
            walk.await();
            List<String> said = new ArrayList<>();
            for (int i = 0; i < steps.size(); i++) {
                said.add(masked(steps.get(i), walk.said(i)));
            }
            return said;
        }
    }

    /** Which member etcdctl asks is chance, and leases have the id of their member in their own. */
    private static String masked(String step, String said) {
        if (step.startsWith("etcdctl member list")) {
            return said;
        }
        return said.replaceAll("\\{Addr: '[^']*'", "{Addr: MEMBER")
                .replaceAll("remaining\\([0-9]+s", "remaining(LEFT")
                .replaceAll("\\b([0-9a-f]{14,16}|LEASE[0-9]+)\\b", "ID");
    }
}
