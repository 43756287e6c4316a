/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageException;
import dev.quorate.api.storage.contract.NumberedBatches;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Copies of the folder, cut back to what was synced, open as a prefix of the batches.
 *
 * <p>When a flush has returned, everything in the folder that counts is synced: that is copied first. Then writes,
 * flushes and compactions go on while the folder is copied again. Of what came in between, a loss of power leaves the
 * manifest up to anywhere; tables that are named behind the first copy's end are whole if that part of the manifest is
 * there, since RocksDB syncs a table before it names it, and otherwise whole, cut or missing. Where tables are
 * compacted away meanwhile, the manifest is left as it was at the flush: a table is only removed when a later one is
 * synced.
 */
final class RocksPowerLossTest {
    /** System property: how many losses of power. */
    private static final int LOSSES = Integer.getInteger("quorate.storage.losses", 6);

    @TempDir
    private Path temporary;

    @Test
    void opensAsAPrefixWithEverythingThatWasFlushed() throws IOException, InterruptedException {
        long seed = Long.getLong("quorate.storage.seed", new Random().nextLong());
        for (int round = 0; round < LOSSES; round++) {
            Path folder = Files.createDirectory(temporary.resolve("round" + round));
            long flushed = lose(folder, new Random(seed + round));
            try (StorageEngine engine = open(folder.resolve("left"))) {
                assertThat(new NumberedBatches(3000).check(engine))
                        .as("-Dquorate.storage.seed=%d", seed + round)
                        .isGreaterThanOrEqualTo(flushed);
            } catch (StorageException e) {
                throw new AssertionError("-Dquorate.storage.seed=" + (seed + round), e);
            }
        }
    }

    private static StorageEngine open(Path folder) {
        return new RocksEngineProvider().open(folder, NumberedBatches.BUCKETS);
    }

    /** Makes a folder {@code left}; returns what was flushed for sure. */
    private static long lose(Path folder, Random random) throws IOException, InterruptedException {
        NumberedBatches batches = new NumberedBatches(3000);
        Path live = Files.createDirectory(folder.resolve("live"));
        Path left = Files.createDirectory(folder.resolve("left"));
        Path later = Files.createDirectory(folder.resolve("later"));
        try (StorageEngine engine = open(live)) {
            long flushed = 1L + random.nextInt(300);
            batches.write(engine, 1, flushed);
            engine.flush();
            copy(live, left);
            boolean compacting = random.nextInt(4) == 0;
            AtomicBoolean copied = new AtomicBoolean();
            long first = flushed + 1;
            Thread writer = new Thread(
                    () -> {
                        long number = first;
                        int flushes = compacting ? 10 : 2; // RocksDB compacts by itself from the fourth table on
                        for (int flush = 0; flush < flushes; flush++) {
                            batches.write(engine, number, number + 30);
                            number += 31;
                            engine.flush();
                        }
                        while (!copied.get()) {
                            batches.write(engine, number, number);
                            number++;
                        }
                    },
                    "writer");
            writer.start();
            for (int spin = random.nextInt(2_000_000); spin > 0; spin--) {
                Thread.onSpinWait();
            }
            copy(live, later);
            copied.set(true);
            writer.join();
            cut(left, later, compacting, random);
            return flushed;
        }
    }

    /** Copies the manifest first, so that every table that it names is copied too, unless compaction removes it. */
    private static void copy(Path from, Path to) throws IOException {
        List<Path> files;
        try (Stream<Path> list = Files.list(from)) {
            files = list.filter(
                            file -> !name(file).startsWith("LOG") && !name(file).equals("LOCK"))
                    .toList();
        }
        for (boolean tables : new boolean[] {false, true}) {
            for (Path file : files) {
                if (name(file).endsWith(".sst") == tables) {
                    copyFile(file, to);
                }
            }
        }
        if (files.isEmpty()) {
            throw new IOException("nothing in " + from);
        }
        try (Stream<Path> list = Files.list(from)) {
            for (Path table : list.filter(file -> name(file).endsWith(".sst")).toList()) {
                if (!Files.exists(to.resolve(name(table)))) {
                    copyFile(table, to);
                }
            }
        }
    }

    private static void copyFile(Path file, Path to) throws IOException {
        try {
            Files.copy(file, to.resolve(name(file)));
        } catch (NoSuchFileException e) {
            return; // compaction was faster
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    /** Adds to the first copy what the loss of power leaves of the second. */
    private static void cut(Path left, Path later, boolean compacting, Random random) throws IOException {
        Path manifest;
        try (Stream<Path> list = Files.list(left)) {
            manifest = list.filter(file -> name(file).startsWith("MANIFEST"))
                    .findFirst()
                    .orElseThrow();
        }
        long synced = Files.size(manifest);
        byte[] manifestLater = Files.readAllBytes(later.resolve(name(manifest)));
        long kept = compacting || random.nextInt(3) == 0
                ? synced
                : synced + (long) (random.nextDouble() * (manifestLater.length - synced + 1));
        try (Stream<Path> list = Files.list(later)) {
            for (Path table : list.filter(file -> name(file).endsWith(".sst")).toList()) {
                Path target = left.resolve(name(table));
                if (Files.exists(target)) {
                    continue;
                }
                int fate = kept > synced ? 0 : random.nextInt(3);
                if (fate < 2) {
                    Files.copy(table, target);
                }
                if (fate == 1) {
                    truncate(target, (long) (random.nextDouble() * Files.size(target)));
                }
            }
        }
        Files.write(manifest, Arrays.copyOf(manifestLater, (int) kept));
    }

    private static void truncate(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }
}
