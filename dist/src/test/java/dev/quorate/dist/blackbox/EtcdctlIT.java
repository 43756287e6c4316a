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
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real etcdctl walks the same way through real etcd and through ours; every step has to say the same, on standard
 * output and error, and end with the same exit code. The steps are in {@code walkthrough.sh}; what may differ, in
 * {@link Masks}. Both servers are told the same advertised addresses, so that even member and cluster ids are equal.
 */
class EtcdctlIT {
    private static final List<String> SAME_MEMBER = List.of(
            "--advertise-client-urls=http://127.0.0.1:2379",
            "--initial-advertise-peer-urls=http://127.0.0.1:2380",
            "--initial-cluster=default=http://127.0.0.1:2380");

    @TempDir
    Path work;

    @TestFactory
    List<DynamicTest> saysTheSameAsAgainstRealEtcd() throws IOException, InterruptedException {
        Path etcd = RealEtcd.programOrSkip("etcd");
        RealEtcd.programOrSkip("etcdctl");
        Path programs = etcd.resolveSibling(".").toAbsolutePath().normalize();
        Path theirWork = Files.createDirectories(work.resolve("real"));
        Path ourWork = Files.createDirectories(work.resolve("ours"));
        List<String> steps = Walkthrough.steps("walkthrough.sh");
        try (ServerProcess real = ServerProcess.start(etcd, theirWork, SAME_MEMBER);
                ServerProcess own = ServerProcess.start(RealEtcd.ours(), ourWork, SAME_MEMBER)) {
            Walkthrough theirs = Walkthrough.start(real.endpoint(), programs, steps, theirWork);
            Walkthrough ours = Walkthrough.start(own.endpoint(), programs, steps, ourWork);
            theirs.await();
            ours.await();
            int put = steps.indexOf("etcdctl put foo bar");
            assertThat(theirs.said(put))
                    .as("that the client reaches the server")
                    .contains("OK");
            List<DynamicTest> tests = new ArrayList<>();
            for (int i = 0; i < steps.size(); i++) {
                String expected = theirs.said(i);
                String actual = ours.said(i);
                tests.add(DynamicTest.dynamicTest(
                        i + " " + steps.get(i), () -> assertThat(actual).isEqualTo(expected)));
            }
            return tests;
        }
    }
}
