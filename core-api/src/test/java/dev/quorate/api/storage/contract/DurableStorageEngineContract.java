/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageException;
import dev.quorate.api.storage.StorageSnapshot;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What engines with files must do beside the rest. */
public abstract class DurableStorageEngineContract extends StorageEngineContract {
    /** System property: how many processes are killed. */
    public static final String KILLS = "quorate.storage.kills";

    /** System property: how many bytes are changed. */
    public static final String FLIPS = "quorate.storage.flips";

    private static final NumberedBatches BATCHES = new NumberedBatches(2000);

    /**
     * Returns the files that, when their content is destroyed, no store can be opened from.
     *
     * @return their paths, of the closed store in the folder
     * @throws IOException if the folder cannot be read
     */
    protected abstract List<Path> vitalFiles() throws IOException;

    @Override
    protected final StorageEngine reopenIfDurable(StorageEngine open) {
        open.close();
        return open();
    }

    @Test
    void holdsEverythingWhenOpenedAgain() {
        BATCHES.write(engine, 1, 300);
        engine = reopenIfDurable(engine);
        assertThat(BATCHES.check(engine)).isEqualTo(300);
        assertThat(engine.durableMark()).isEqualTo(300);
        try (StorageSnapshot snapshot = engine.snapshot()) {
            assertThat(snapshot.mark()).isEqualTo(300);
        }
        BATCHES.write(engine, 301, 400);
        engine.compact();
        engine = reopenIfDurable(engine);
        assertThat(BATCHES.check(engine)).isEqualTo(400);
    }

    @Test
    void tellsHowFarItIsDurable() {
        assertThat(engine.durableMark()).isZero();
        BATCHES.write(engine, 1, 10);
        engine.flush();
        assertThat(engine.durableMark()).isEqualTo(10);
        BATCHES.write(engine, 11, 12);
        assertThat(engine.durableMark()).isBetween(10L, 12L);
        engine.flush();
        assertThat(engine.durableMark()).isEqualTo(12);
    }

    @Test
    void opensFromACheckpoint() {
        BATCHES.write(engine, 1, 100);
        Path copy = temporary.resolve("copy");
        engine.checkpoint(copy);
        BATCHES.write(engine, 101, 150);
        try (StorageEngine opened = provider().open(copy, NumberedBatches.BUCKETS)) {
            assertThat(BATCHES.check(opened)).isEqualTo(100);
            BATCHES.write(opened, 101, 110);
        }
        assertThat(BATCHES.check(engine)).isEqualTo(150);
        try (StorageEngine opened = provider().open(copy, NumberedBatches.BUCKETS)) {
            assertThat(BATCHES.check(opened)).isEqualTo(110);
        }
    }

    @Test
    void refusesASecondOpeningOfTheSameFolder() {
        BATCHES.write(engine, 1, 10);
        assertThatThrownBy(this::open)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(directory().toString())
                .hasMessageContaining("in use");
        BATCHES.write(engine, 11, 20);
        engine = reopenIfDurable(engine);
        assertThat(BATCHES.check(engine)).isEqualTo(20);
    }

    @Test
    void refusesDamagedFilesByNameAndChangesNothing() throws IOException {
        BATCHES.write(engine, 1, 200);
        engine.close();
        List<Path> files = vitalFiles();
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            byte[] whole = Files.readAllBytes(file);
            byte[] garbage = new byte[whole.length];
            new Random(7).nextBytes(garbage);
            refuses(file, garbage);
            refuses(file, java.util.Arrays.copyOf(whole, whole.length / 3));
            Files.write(file, whole);
        }
        engine = open();
        assertThat(BATCHES.check(engine)).isEqualTo(200);
    }

    /**
     * Returns the oldest state that the engine may come back with when a byte of its files was changed: the number of a
     * batch. Unless it takes the end of one of its files for one that a crash has cut off, that is the last one.
     */
    protected long oldestAfterChangedByte(long last) {
        return last;
    }

    /**
     * A byte that the disk has changed is found when its file is opened or read; what is read is never anything else.
     */
    @Test
    void neverTakesAChangedByteForData() throws IOException {
        BATCHES.write(engine, 1, 200);
        engine.flush();
        BATCHES.write(engine, 201, 300);
        engine.close();
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Path> files = vitalFiles();
        Map<Path, byte[]> whole = bytesOfFiles();
        int found = 0;
        for (int i = 0; i < Integer.getInteger(FLIPS, 60); i++) {
            Path file = files.get(random.nextInt(files.size()));
            byte[] changed = Objects.requireNonNull(whole.get(file)).clone();
            int at = random.nextInt(changed.length);
            changed[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, changed);
            StorageEngine opened = null;
            try {
                opened = open();
                assertThat(BATCHES.check(opened))
                        .as("seed %d: byte %d of %s", seed, at, file)
                        .isBetween(oldestAfterChangedByte(300), 300L);
            } catch (StorageException e) {
                assertThat(e).hasMessageContaining(directory().toString());
                found++;
            } finally {
                closeDamaged(opened);
            }
            restore(whole);
        }
        assertThat(found).isPositive();
        engine = open();
        assertThat(BATCHES.check(engine)).isEqualTo(300);
    }

    private Map<Path, byte[]> bytesOfFiles() throws IOException {
        Map<Path, byte[]> bytes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes.put(file, Files.readAllBytes(file));
            }
        }
        return bytes;
    }

    private void restore(Map<Path, byte[]> whole) throws IOException {
        for (Path file : bytesOfFiles().keySet()) {
            Files.delete(file);
        }
        for (Map.Entry<Path, byte[]> file : whole.entrySet()) {
            Files.write(file.getKey(), file.getValue());
        }
    }

    private static void closeDamaged(@Nullable StorageEngine engine) {
        try {
            if (engine != null) {
                engine.close();
            }
        } catch (StorageException e) {
            assertThat(e).hasMessageContaining("store");
        }
    }

    private void refuses(Path file, byte[] content) throws IOException {
        Files.write(file, content);
        Map<Path, List<Byte>> before = contents();
        assertThatThrownBy(this::open)
                .as("%s with %d bytes", file, content.length)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(directory().toString());
        assertThat(contents()).as("after %s", file).isEqualTo(before);
    }

    /** What counts: the files of the store, without diaries and locks of the engine. */
    private Map<Path, List<Byte>> contents() throws IOException {
        Map<Path, List<Byte>> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                if (!name.startsWith("LOG") && !name.equals("LOCK")) {
                    byte[] bytes = Files.readAllBytes(file);
                    contents.put(file, List.of((byte) bytes.length, (byte) java.util.Arrays.hashCode(bytes)));
                }
            }
        }
        return contents;
    }

    @Test
    void holdsAPrefixUpToTheLastFlushWhenItsProcessIsKilled() throws IOException, InterruptedException {
        engine.close();
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int kill = Integer.getInteger(KILLS, 4); kill > 0; kill--) {
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            KilledWriter.class.getName(),
                            provider().name(),
                            directory().toString(),
                            Long.toString(random.nextLong()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            long flushed = -1;
            try (DataInputStream marks = new DataInputStream(child.getInputStream())) {
                int reports = 1 + random.nextInt(20);
                for (int i = 0; i < reports; i++) {
                    flushed = marks.readLong();
                }
                long until = System.nanoTime() + random.nextInt(30_000_000);
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
                child.toHandle().destroyForcibly(); // the process's own method would close the stream
                flushed = rest(marks, flushed);
            } finally {
                child.destroyForcibly();
                child.waitFor();
            }
            engine = open();
            assertThat(BATCHES.check(engine)).as("seed %d", seed).isGreaterThanOrEqualTo(flushed);
            assertThat(engine.durableMark()).as("seed %d", seed).isGreaterThanOrEqualTo(flushed);
            engine.close();
        }
    }

    private static long rest(DataInputStream marks, long last) throws IOException {
        long flushed = last;
        while (true) {
            try {
                flushed = marks.readLong();
            } catch (EOFException e) {
                return flushed;
            }
        }
    }
}
