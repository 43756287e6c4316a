/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Where the programs are that black-box tests run. */
public final class RealEtcd {
    private RealEtcd() {}

    /**
     * Finds a program of real etcd 3.7, in the folder that {@code QUORATE_TEST_ETCD} names. Without it the test is
     * skipped, unless {@code QUORATE_TEST_REQUIRE_ETCD} demands it.
     *
     * @param name name of the program
     * @return its path
     */
    public static Path programOrSkip(String name) {
        String folder = System.getenv().getOrDefault("QUORATE_TEST_ETCD", "");
        Path program = Path.of(folder, name);
        boolean found = !folder.isEmpty() && Files.isExecutable(program);
        if (!found && isDemanded()) {
            throw new IllegalStateException("real etcd is demanded, but there is no " + program);
        }
        Assumptions.assumeTrue(found, "QUORATE_TEST_ETCD does not name a folder with real " + name);
        return program;
    }

    /**
     * Tells whether this run is the whole check, in which nothing may be skipped.
     *
     * @return whether {@code QUORATE_TEST_REQUIRE_ETCD} demands real etcd
     */
    public static boolean isDemanded() {
        return "true".equals(System.getenv("QUORATE_TEST_REQUIRE_ETCD"));
    }

    /**
     * Returns our server, as the build has put it together.
     *
     * @return path of {@code compat/etcd}
     */
    public static Path ours() {
        return Path.of(System.getProperty("quorate.home", "target/quorate"), "compat", "etcd")
                .toAbsolutePath();
    }
}
