/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.dist.RealEtcd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real etcd and ours answer the same. More by hand: {@code dev/diff --storage h2 --seed 7 --count 100000}. */
class DifferentialIT {
    @TempDir
    Path work;

    static List<String> storages() {
        return List.of(
                System.getProperty("quorate.diff.storage", "rocksdb,h2,memory").split(","));
    }

    @ParameterizedTest
    @MethodSource("storages")
    void answersAsEtcdDoes(String storage) throws IOException, InterruptedException {
        Path etcd = RealEtcd.programOrSkip("etcd");
        int count = Integer.getInteger("quorate.diff.count", 2000);
        long seed = Long.getLong("quorate.diff.seed", 1);
        assertThat(Differential.run(etcd, RealEtcd.ours(), storage, seed, count, work))
                .as("dev/diff --storage %s --seed %d --count %d", storage, seed, count)
                .isEmpty();
    }
}
