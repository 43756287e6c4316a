/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageReader;
import dev.quorate.api.storage.WriteBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Batches 1, 2, 3 … whose content follows from their number, so that a store can be asked whether it holds exactly the
 * first n of them. Batch n stores rows under n, overwrites a row that others wrote, and deletes rows of batch n - 20.
 */
public final class NumberedBatches {
    /** Rows under the number of their batch. */
    public static final Bucket ROWS = new Bucket("rows", 1);
    /** One row: the number of the last batch. */
    public static final Bucket META = new Bucket("meta", 0);
    /** Eleven rows that batches overwrite in turn. */
    public static final Bucket TURNS = new Bucket("turns", 255);

    /** Every bucket. */
    public static final List<Bucket> BUCKETS = List.of(META, ROWS, TURNS);

    private static final Bytes LAST = Bytes.utf8("last");
    private static final int KEPT = 20;
    private static final int TURN = 11;

    private final int valueBytesMax;

    /**
     * Creates the batches.
     *
     * @param valueBytesMax how large a value may be
     */
    public NumberedBatches(int valueBytesMax) {
        this.valueBytesMax = valueBytesMax;
    }

    private static Bytes key(long number, int row) {
        return Bytes.wrap(ByteBuffer.allocate(9).putLong(number).put((byte) row).array());
    }

    private static Bytes number(long number) {
        return Bytes.wrap(ByteBuffer.allocate(8).putLong(number).array());
    }

    private static int rows(long number) {
        return (int) (number % 4) + 1;
    }

    private Bytes value(long number, int row) {
        byte[] value = new byte[(int) ((number * 31 + row * 17L) % valueBytesMax)];
        new Random(number * 5 + row).nextBytes(value);
        return Bytes.wrap(value);
    }

    /**
     * Puts a batch together.
     *
     * @param number its number, from 1
     * @return the batch
     */
    public WriteBatch batch(long number) {
        WriteBatch batch = new WriteBatch();
        for (int row = 0; row < rows(number); row++) {
            batch.put(ROWS, key(number, row), value(number, row));
        }
        batch.put(TURNS, number(number % TURN), number(number));
        if (number > KEPT && (number - KEPT) % 3 != 0) {
            for (int row = 0; row < rows(number - KEPT); row++) {
                batch.delete(ROWS, key(number - KEPT, row));
            }
        }
        return batch.put(META, LAST, number(number));
    }

    /**
     * Writes batches.
     *
     * @param engine where
     * @param first number of the first
     * @param last number of the last
     */
    public void write(StorageEngine engine, long first, long last) {
        for (long number = first; number <= last; number++) {
            engine.write(batch(number), number);
        }
    }

    /**
     * Checks that a store holds exactly a prefix of the batches.
     *
     * @param store the store
     * @return how many batches
     */
    public long check(StorageReader store) {
        Bytes last = store.get(META, LAST);
        long batches = last == null ? 0 : ByteBuffer.wrap(last.toArray()).getLong();
        Map<Bytes, Bytes> rows = new TreeMap<>();
        Map<Bytes, Bytes> turns = new TreeMap<>();
        for (long number = 1; number <= batches; number++) {
            if (number % 3 == 0 || number + KEPT > batches) {
                for (int row = 0; row < rows(number); row++) {
                    rows.put(key(number, row), value(number, row));
                }
            }
            turns.put(number(number % TURN), number(number));
        }
        checkRows(store, ROWS, rows);
        checkRows(store, TURNS, turns);
        checkRows(store, META, batches == 0 ? Map.of() : Map.of(LAST, number(batches)));
        return batches;
    }

    private static void checkRows(StorageReader store, Bucket bucket, Map<Bytes, Bytes> expected) {
        List<Map.Entry<Bytes, Bytes>> found = new ArrayList<>();
        try (StorageReader.Cursor cursor = store.scan(bucket, Bytes.EMPTY, null, false)) {
            while (cursor.next()) {
                found.add(Map.entry(cursor.key(), cursor.value()));
            }
        }
        assertThat(found).as("rows of %s", bucket.name()).isEqualTo(List.copyOf(expected.entrySet()));
    }
}
