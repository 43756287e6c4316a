/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.dist.RealEtcd;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real etcd and ours do the same. More by hand: {@code dev/diff --seeds 1-20 --count 5000}.
 *
 * <p>Left out, since real etcd does not survive it or leaves it to chance: the transactions of {@link Poison}; a stream
 * of a range with a sort target but no order; an order by something else than the key of more than twelve keys; ids
 * that the server chooses, since they reach the hash; leases that end by themselves; the hash at a compact revision
 * from before a restart, since real etcd, which is not restarted, remembers it.
 *
 * <p>Left out, since ours is different on purpose: notes of progress on a stream of which a watcher has lost its past
 * (ours go on for the others); how a large past is cut into answers (ours are bounded), and how the others of its
 * stream are told meanwhile; reflection (etcd has none).
 */
class DifferentialIT {
    /** A file system in memory, so that nobody waits for a disk. */
    private static final File MEMORY = new File("/dev/shm");

    private static final long MEMORY_BYTES_MIN = 4L << 30;

    static LongStream seeds() {
        String[] ends = System.getProperty("quorate.diff.seeds", "1-2").split("-");
        return LongStream.rangeClosed(Long.parseLong(ends[0]), Long.parseLong(ends[ends.length - 1]));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void doesAsEtcdDoes(long seed) throws IOException, InterruptedException {
        Path etcd = RealEtcd.programOrSkip("etcd");
        int count = Integer.getInteger("quorate.diff.count", 5000);
        List<String> storages = List.of(
                System.getProperty("quorate.diff.storage", "rocksdb,h2,memory").split(","));
        Path work = workDir();
        try {
            Differential.Result result =
                    Differential.run(new Differential.Setting(etcd, RealEtcd.ours(), storages, work), seed, count);
            System.out.printf(
                    "diff: seed %d, %d requests to etcd and to each of %s: %d differences, %d refused, %.0f requests/s%n",
                    seed, count, storages, result.differences().size(), result.refused(), result.perSecond());
            assertThat(result.differences())
                    .as("dev/diff --storage %s --seed %d --count %d", String.join(",", storages), seed, count)
                    .isEmpty();
            assertThat(result.refused()).as("refused requests compare little").isLessThan(Math.max(100, count / 3));
        } finally {
            delete(work);
        }
    }

    private static Path workDir() throws IOException {
        return MEMORY.canWrite() && MEMORY.getUsableSpace() >= MEMORY_BYTES_MIN
                ? Files.createTempDirectory(MEMORY.toPath(), "quorate-diff")
                : Files.createTempDirectory("quorate-diff");
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
