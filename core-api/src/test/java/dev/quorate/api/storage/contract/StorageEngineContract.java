/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageEngineProvider;
import dev.quorate.api.storage.StorageReader;
import dev.quorate.api.storage.StorageSnapshot;
import dev.quorate.api.storage.WriteBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every engine must do, on files or not. */
@SuppressWarnings("NullAway.Init") // the engine is opened before each test
public abstract class StorageEngineContract {
    /** A bucket. */
    protected static final Bucket A = NumberedBatches.ROWS;

    private static final Bucket B = NumberedBatches.META;
    private static final Bucket LAST = NumberedBatches.TURNS;
    private static final long FRESH_BYTES_MAX = 53_248;

    /** Where the engine has its files; its parent is empty otherwise. */
    @TempDir
    protected Path temporary;

    /** The open engine. */
    protected StorageEngine engine;

    /**
     * Returns what is tested.
     *
     * @return its provider
     */
    protected abstract StorageEngineProvider provider();

    /**
     * Returns the folder of the engine.
     *
     * @return the folder
     */
    protected final Path directory() {
        return temporary.resolve("store");
    }

    /**
     * Opens an engine in the folder.
     *
     * @return the engine
     */
    protected final StorageEngine open() {
        return provider().open(directory(), NumberedBatches.BUCKETS);
    }

    @BeforeEach
    final void openEngine() throws IOException {
        Files.createDirectory(directory());
        engine = open();
    }

    @AfterEach
    final void closeEngine() {
        engine.close();
    }

    /**
     * Makes bytes of a text.
     *
     * @param text the text
     * @return its bytes
     */
    protected static Bytes bytes(String text) {
        return Bytes.utf8(text);
    }

    /**
     * Reads a row as text.
     *
     * @param reader where
     * @param bucket which bucket
     * @param key which row
     * @return its value; null if there is none
     */
    protected static @Nullable String text(StorageReader reader, Bucket bucket, String key) {
        Bytes value = reader.get(bucket, bytes(key));
        return value == null ? null : value.toUtf8();
    }

    private void put(Bucket bucket, String... keys) {
        WriteBatch batch = new WriteBatch();
        for (String key : keys) {
            batch.put(bucket, bytes(key), bytes("=" + key));
        }
        engine.write(batch, 1);
    }

    private static List<Bytes> keys(
            StorageReader reader, Bucket bucket, Bytes from, @Nullable Bytes to, boolean reverse) {
        List<Bytes> keys = new ArrayList<>();
        try (StorageReader.Cursor cursor = reader.scan(bucket, from, to, reverse)) {
            while (cursor.next()) {
                keys.add(cursor.key());
            }
            assertThat(cursor.next()).as("after the end").isFalse();
        }
        return keys;
    }

    private List<String> texts(String from, @Nullable String to, boolean reverse) {
        return keys(engine, A, bytes(from), to == null ? null : bytes(to), reverse).stream()
                .map(Bytes::toUtf8)
                .toList();
    }

    @Test
    void storesAndDeletesRows() {
        engine.write(new WriteBatch().put(A, bytes("k"), bytes("v")).put(A, bytes("empty"), Bytes.EMPTY), 1);
        assertThat(text(engine, A, "k")).isEqualTo("v");
        assertThat(text(engine, A, "empty")).isEmpty();
        assertThat(text(engine, A, "none")).isNull();
        assertThat(text(engine, B, "")).isNull();
        engine.write(new WriteBatch().delete(A, bytes("k")).delete(A, bytes("none")), 2);
        assertThat(text(engine, A, "k")).isNull();
    }

    @Test
    void letsTheLaterOfTwoChangesOfOneKeyInABatchCount() {
        WriteBatch batch = new WriteBatch();
        batch.put(A, bytes("x"), bytes("1")).delete(A, bytes("x")).put(A, bytes("x"), bytes("2"));
        batch.put(A, bytes("y"), bytes("1")).delete(A, bytes("y"));
        engine.write(batch, 1);
        assertThat(text(engine, A, "x")).isEqualTo("2");
        assertThat(text(engine, A, "y")).isNull();
    }

    @Test
    void takesAClearedBatchAndOneWithoutChanges() {
        WriteBatch batch = new WriteBatch().put(A, bytes("x"), bytes("1"));
        batch.clear();
        engine.write(batch.put(A, bytes("y"), bytes("2")), 1);
        engine.write(new WriteBatch(), 7);
        assertThat(texts("", null, false)).containsExactly("y");
        try (StorageSnapshot snapshot = engine.snapshot()) {
            assertThat(snapshot.mark()).isEqualTo(7);
        }
    }

    @Test
    void keepsBucketsApart() {
        put(A, "k", "m");
        put(B, "k");
        put(LAST, "k", "z");
        engine.write(new WriteBatch().delete(B, bytes("k")), 2);
        assertThat(text(engine, A, "k")).isEqualTo("=k");
        assertThat(text(engine, B, "k")).isNull();
        for (boolean reverse : new boolean[] {false, true}) {
            assertThat(keys(engine, A, Bytes.EMPTY, null, reverse)).hasSize(2);
            assertThat(keys(engine, B, Bytes.EMPTY, null, reverse)).isEmpty();
            assertThat(keys(engine, LAST, Bytes.EMPTY, null, reverse)).hasSize(2);
        }
    }

    @Test
    void refusesABucketThatWasNotNamedAndWritesNothingOfTheBatch() {
        WriteBatch batch = new WriteBatch().put(A, bytes("k"), bytes("v"));
        batch.put(new Bucket("strange", 77), bytes("k"), bytes("v"));
        assertThatThrownBy(() -> engine.write(batch, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(text(engine, A, "k")).isNull();
        put(A, "k");
        assertThat(text(engine, A, "k")).isEqualTo("=k");
    }

    @Test
    void refusesAMarkThatFalls() {
        engine.write(new WriteBatch(), 5);
        engine.write(new WriteBatch(), 5);
        assertThatThrownBy(() -> engine.write(new WriteBatch(), 4)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ordersKeysAsUnsignedBytesAndAPrefixFirst() {
        byte[][] ordered = {
            {0},
            {0, 0},
            {0, 1},
            {1},
            {0x7F},
            {0x7F, (byte) 0xFF},
            {(byte) 0x80},
            {(byte) 0xFE},
            {(byte) 0xFF},
            {-1, -1},
            {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}
        };
        for (Bucket bucket : NumberedBatches.BUCKETS) {
            WriteBatch batch = new WriteBatch();
            for (int i = ordered.length - 1; i >= 0; i--) {
                batch.put(bucket, Bytes.wrap(ordered[i]), Bytes.EMPTY);
            }
            engine.write(batch, 1);
        }
        List<Bytes> expected = new ArrayList<>();
        for (byte[] key : ordered) {
            expected.add(Bytes.wrap(key));
        }
        for (Bucket bucket : NumberedBatches.BUCKETS) {
            assertThat(keys(engine, bucket, Bytes.EMPTY, null, false)).isEqualTo(expected);
            List<Bytes> reverse = new ArrayList<>(keys(engine, bucket, Bytes.EMPTY, null, true));
            Collections.reverse(reverse);
            assertThat(reverse).as(bucket.name()).isEqualTo(expected);
        }
    }

    @Test
    void readsIntoTheCallersArray() {
        put(A, "key");
        byte[] into = new byte[10];
        byte[] key = "xkeyx".getBytes(StandardCharsets.UTF_8);
        assertThat(engine.read(A, key, 1, 3, into, 2)).isEqualTo(4);
        assertThat(Bytes.copyOf(into, 2, 4).toUtf8()).isEqualTo("=key");
        assertThat(into[1]).isZero();
        assertThat(into[6]).isZero();
        assertThat(engine.read(A, key, 0, 3, into, 0)).as("no such row").isEqualTo(-1);
        assertThat(engine.read(A, key, 1, 3, into, 7)).as("too small").isEqualTo(4);
        assertThat(into.length).isEqualTo(10);
        assertThat(engine.read(A, key, 1, 3, into, 10)).as("no room").isEqualTo(4);
        engine.write(new WriteBatch().put(A, bytes("key"), Bytes.EMPTY), 2);
        assertThat(engine.read(A, key, 1, 3, into, 0)).as("empty value").isZero();
        assertThat(engine.read(A, key, 1, 3, into, 10))
                .as("empty value, no room")
                .isZero();
    }

    @Test
    void scansWithBoundsInBothDirections() {
        put(A, "b", "d", "f", "h");
        put(B, "a", "z");
        put(LAST, "a", "z");
        assertThat(texts("", null, false)).containsExactly("b", "d", "f", "h");
        assertThat(texts("", null, true)).containsExactly("h", "f", "d", "b");
        assertThat(texts("d", "h", false)).containsExactly("d", "f");
        assertThat(texts("d", "h", true)).containsExactly("f", "d");
        assertThat(texts("c", "g", false)).containsExactly("d", "f");
        assertThat(texts("c", "g", true)).containsExactly("f", "d");
        assertThat(texts("f", "f", false)).isEmpty();
        assertThat(texts("f", "f", true)).isEmpty();
        assertThat(texts("g", "b", false)).isEmpty();
        assertThat(texts("g", "b", true)).isEmpty();
        assertThat(texts("h\0", null, false)).isEmpty();
        assertThat(texts("h\0", null, true)).isEmpty();
        assertThat(texts("", "b", true)).isEmpty();
    }

    @Test
    void keepsKeysAndValuesOfACursorValidAfterItMoves() {
        put(A, "a", "b");
        try (StorageReader.Cursor cursor = engine.scan(A, Bytes.EMPTY, null, false)) {
            assertThat(cursor.next()).isTrue();
            Bytes key = cursor.key();
            Bytes value = cursor.value();
            assertThat(cursor.next()).isTrue();
            assertThat(key.toUtf8()).isEqualTo("a");
            assertThat(value.toUtf8()).isEqualTo("=a");
            assertThat(cursor.value().toUtf8()).isEqualTo("=b");
        }
    }

    @Test
    void fixesSnapshotsAndScansWhileWritingGoesOn() {
        NumberedBatches batches = new NumberedBatches(300);
        batches.write(engine, 1, 50);
        try (StorageSnapshot at50 = engine.snapshot();
                StorageReader.Cursor scan = engine.scan(NumberedBatches.ROWS, Bytes.EMPTY, null, false)) {
            assertThat(scan.next()).isTrue();
            batches.write(engine, 51, 200);
            engine.flush();
            try (StorageSnapshot at200 = engine.snapshot()) {
                batches.write(engine, 201, 600);
                engine.flush();
                engine.compact();
                assertThat(batches.check(at200)).isEqualTo(200);
                assertThat(at200.mark()).isEqualTo(200);
            }
            assertThat(batches.check(at50)).isEqualTo(50);
            assertThat(at50.mark()).isEqualTo(50);
            int rows = 1;
            while (scan.next()) {
                rows++;
            }
            assertThat(rows)
                    .isEqualTo(keys(at50, NumberedBatches.ROWS, Bytes.EMPTY, null, false)
                            .size());
        }
        assertThat(batches.check(engine)).isEqualTo(600);
    }

    @Test
    void agreesWithAPlainMapOverARandomHistory() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<Bytes, Bytes> model = new TreeMap<>();
        for (int mark = 1; mark <= 300; mark++) {
            WriteBatch batch = new WriteBatch();
            for (int i = random.nextInt(20); i >= 0; i--) {
                byte[] key = new byte[1 + random.nextInt(2)];
                random.nextBytes(key);
                if (random.nextInt(3) == 0) {
                    batch.delete(A, Bytes.copyOf(key));
                    model.remove(Bytes.wrap(key));
                } else {
                    byte[] value = new byte[random.nextInt(50)];
                    random.nextBytes(value);
                    batch.put(A, Bytes.copyOf(key), Bytes.copyOf(value));
                    model.put(Bytes.wrap(key), Bytes.wrap(value));
                }
            }
            engine.write(batch, mark);
            if (random.nextInt(50) == 0) {
                engine.flush();
            }
            if (random.nextInt(100) == 0) {
                engine.compact();
            }
        }
        List<Bytes> expected = new ArrayList<>(model.keySet());
        assertThat(keys(engine, A, Bytes.EMPTY, null, false))
                .as("seed %d", seed)
                .isEqualTo(expected);
        model.forEach((key, value) ->
                assertThat(engine.get(A, key)).as("seed %d", seed).isEqualTo(value));
    }

    @Test
    void showsReadersWholeBatchesWhileOneThreadWrites() throws InterruptedException {
        NumberedBatches batches = new NumberedBatches(200);
        AtomicBoolean written = new AtomicBoolean();
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            readers.add(start(failures, () -> {
                long before = 0;
                do {
                    try (StorageSnapshot snapshot = engine.snapshot()) {
                        long seen = batches.check(snapshot);
                        assertThat(snapshot.mark()).isEqualTo(seen);
                        assertThat(seen).isGreaterThanOrEqualTo(before);
                        before = seen;
                    }
                } while (!written.get());
            }));
        }
        for (long number = 1; number <= 1500; number++) {
            batches.write(engine, number, number);
            if (number % 200 == 0) {
                engine.flush();
            }
            if (number % 700 == 0) {
                engine.compact();
            }
        }
        written.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void isNotHarmedByAThousandInterruptedReaders() throws InterruptedException {
        NumberedBatches batches = new NumberedBatches(4000);
        batches.write(engine, 1, 400);
        engine.flush();
        engine = reopenIfDurable(engine);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 1000; i++) {
            int reader = i;
            Thread thread = start(failures, () -> {
                if (reader % 2 == 0) {
                    Thread.currentThread().interrupt();
                }
                byte[] key =
                        ByteBuffer.allocate(9).putLong(reader % 380 / 3 * 3 + 3).array();
                if (engine.read(NumberedBatches.ROWS, key, 0, 9, new byte[4000], 0) < 0) {
                    throw new AssertionError("row is not there");
                }
                if (reader % 100 == 0) {
                    keys(engine, NumberedBatches.ROWS, Bytes.EMPTY, null, true);
                    engine.flush();
                }
            });
            thread.interrupt();
            thread.join();
            batches.write(engine, 401 + i, 401 + i);
        }
        assertThat(failures).isEmpty();
        engine.flush();
        assertThat(batches.check(engine)).isEqualTo(1400);
        engine = reopenIfDurable(engine);
        assertThat(batches.check(engine)).isEqualTo(1400);
    }

    /**
     * Closes the engine and opens it again, where there are files.
     *
     * @param open the open engine
     * @return the new one, or the same
     */
    protected StorageEngine reopenIfDurable(StorageEngine open) {
        return open;
    }

    private static Thread start(Queue<Throwable> failures, Runnable work) {
        Thread thread = new Thread(work, "reader");
        thread.setUncaughtExceptionHandler((failed, e) -> failures.add(e));
        thread.start();
        return thread;
    }

    @Test
    void tellsSizesThatFollowTheRows() {
        assertThat(engine.sizeOnDisk()).isLessThan(FRESH_BYTES_MAX);
        assertThat(engine.sizeInUse()).isLessThanOrEqualTo(engine.sizeOnDisk());
        byte[] value = new byte[4096];
        new Random(1).nextBytes(value);
        for (int i = 0; i < 2000; i++) {
            engine.write(new WriteBatch().put(A, bytes("key" + i), Bytes.copyOf(value)), i + 1);
        }
        long full = engine.sizeOnDisk();
        assertThat(full).isBetween(2000L * 4096, 3 * 2000L * 4096);
        engine.flush();
        long inUse = engine.sizeInUse();
        assertThat(inUse).isBetween(2000L * 4096 / 2, engine.sizeOnDisk());
        for (int i = 0; i < 1900; i++) {
            engine.write(new WriteBatch().delete(A, bytes("key" + i)), 3000 + i);
        }
        engine.flush();
        assertThat(engine.sizeInUse()).isLessThan(inUse / 2);
        long before = engine.sizeOnDisk();
        engine.compact();
        assertThat(engine.sizeOnDisk()).isLessThan(full / 2).isLessThanOrEqualTo(before);
        assertThat(keys(engine, A, Bytes.EMPTY, null, false)).hasSize(100);
    }

    @Test
    void answersIllegalStateOnceClosedAlsoOnOpenSnapshotsAndCursors() {
        put(A, "a", "b");
        StorageSnapshot snapshot = engine.snapshot();
        StorageReader.Cursor cursor = engine.scan(A, Bytes.EMPTY, null, false);
        engine.close();
        engine.close();
        assertThatThrownBy(() -> engine.get(A, bytes("a"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> engine.read(A, new byte[] {'a'}, 0, 1, new byte[9], 0))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> engine.scan(A, Bytes.EMPTY, null, false)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> engine.snapshot()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> engine.write(new WriteBatch(), 9)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> engine.flush()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> engine.compact()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> snapshot.get(A, bytes("a"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(cursor::next).isInstanceOf(IllegalStateException.class);
        cursor.close();
        snapshot.close();
    }
}
