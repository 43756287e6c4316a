/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.storage.memory;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageReader;
import dev.quorate.api.storage.StorageSnapshot;
import dev.quorate.api.storage.WriteBatch;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * An engine in memory: maps that keep every version of a row under the number of the batch that wrote it, so a view is
 * nothing but such a number. Knows no files, so {@link #checkpoint} is not there.
 */
public final class MapStorageEngine implements StorageEngine {
    private final ConcurrentMap<Bucket, ConcurrentNavigableMap<Bytes, Versions>> buckets = new ConcurrentHashMap<>();
    private volatile State state = new State(0, 0);
    private volatile boolean closed;

    /** The versions of a row by number of their batch; nothing where the batch deleted it. */
    private static final class Versions extends ConcurrentSkipListMap<Long, Optional<Bytes>> {
        private static final long serialVersionUID = 1L;

        @Nullable
        Bytes at(long batch) {
            Map.Entry<Long, Optional<Bytes>> newest = floorEntry(batch);
            return newest == null ? null : newest.getValue().orElse(null);
        }
    }

    /** How far writing has come: number and mark of the last batch. */
    private record State(long batches, long mark) {}

    private final @Nullable Set<Bucket> known;

    /** Creates an empty engine that takes every bucket. */
    public MapStorageEngine() {
        known = null;
    }

    /**
     * Creates an empty engine.
     *
     * @param buckets those that it takes
     */
    public MapStorageEngine(List<Bucket> buckets) {
        known = Set.copyOf(buckets);
    }

    @Override
    public void write(WriteBatch batch, long mark) {
        check();
        if (mark < state.mark()) {
            throw new IllegalArgumentException("mark " + mark + " after " + state.mark());
        }
        batch.forEach(new Check());
        long number = state.batches() + 1;
        batch.forEach(new WriteBatch.Visitor() {
            @Override
            public void put(
                    Bucket bucket, byte[] data, int keyOffset, int keyLength, int valueOffset, int valueLength) {
                row(bucket, Bytes.copyOf(data, keyOffset, keyLength))
                        .put(number, Optional.of(Bytes.copyOf(data, valueOffset, valueLength)));
            }

            @Override
            public void delete(Bucket bucket, byte[] data, int keyOffset, int keyLength) {
                row(bucket, Bytes.copyOf(data, keyOffset, keyLength)).put(number, Optional.empty());
            }
        });
        state = new State(number, mark);
    }

    /** Refuses buckets that were not named. */
    private final class Check implements WriteBatch.Visitor {
        @Override
        public void put(Bucket bucket, byte[] data, int keyOffset, int keyLength, int valueOffset, int valueLength) {
            rows(bucket);
        }

        @Override
        public void delete(Bucket bucket, byte[] data, int keyOffset, int keyLength) {
            rows(bucket);
        }
    }

    private ConcurrentNavigableMap<Bytes, Versions> rows(Bucket bucket) {
        check();
        if (known != null && !known.contains(bucket)) {
            throw new IllegalArgumentException("bucket " + bucket.name() + " was not named");
        }
        return buckets.computeIfAbsent(bucket, any -> new ConcurrentSkipListMap<>());
    }

    private Versions row(Bucket bucket, Bytes key) {
        return rows(bucket).computeIfAbsent(key, any -> new Versions());
    }

    private void check() {
        if (closed) {
            throw new IllegalStateException("the engine is closed");
        }
    }

    @Override
    public @Nullable Bytes get(Bucket bucket, Bytes key) {
        check();
        return new View(state).get(bucket, key);
    }

    @Override
    public int read(Bucket bucket, byte[] key, int keyOffset, int keyLength, byte[] into, int intoOffset) {
        check();
        return new View(state).read(bucket, key, keyOffset, keyLength, into, intoOffset);
    }

    @Override
    public Cursor scan(Bucket bucket, Bytes from, @Nullable Bytes to, boolean reverse) {
        check();
        return new View(state).scan(bucket, from, to, reverse);
    }

    @Override
    public StorageSnapshot snapshot() {
        check();
        return new View(state);
    }

    @Override
    public void flush() {
        check();
    }

    @Override
    public long durableMark() {
        return state.mark();
    }

    @Override
    public void checkpoint(Path target) {
        throw new UnsupportedOperationException("in memory");
    }

    @Override
    public long sizeInUse() {
        long[] size = new long[1];
        View view = new View(state);
        for (Bucket bucket : buckets.keySet()) {
            try (Cursor cursor = view.scan(bucket, Bytes.EMPTY, null, false)) {
                while (cursor.next()) {
                    size[0] += cursor.key().length() + cursor.value().length();
                }
            }
        }
        return size[0];
    }

    @Override
    public long sizeOnDisk() {
        return sizeInUse();
    }

    @Override
    public void compact() {
        check();
    }

    @Override
    public void close() {
        closed = true;
    }

    private final class View implements StorageSnapshot {
        private final State seen;

        View(State seen) {
            this.seen = seen;
        }

        @Override
        public long mark() {
            return seen.mark();
        }

        @Override
        public @Nullable Bytes get(Bucket bucket, Bytes key) {
            Versions versions = rows(bucket).get(key);
            return versions == null ? null : versions.at(seen.batches());
        }

        @Override
        public int read(Bucket bucket, byte[] key, int keyOffset, int keyLength, byte[] into, int intoOffset) {
            Bytes value = get(bucket, Bytes.copyOf(key, keyOffset, keyLength));
            if (value == null) {
                return -1;
            }
            if (value.length() <= into.length - intoOffset) {
                value.copyTo(into, intoOffset);
            }
            return value.length();
        }

        @Override
        public StorageReader.Cursor scan(Bucket bucket, Bytes from, @Nullable Bytes to, boolean reverse) {
            ConcurrentNavigableMap<Bytes, Versions> part = rows(bucket).tailMap(from, true);
            if (to != null) {
                part = to.compareTo(from) <= 0 ? new ConcurrentSkipListMap<>() : part.headMap(to, false);
            }
            return new Walk((reverse ? part.descendingMap() : part).entrySet().iterator(), seen.batches());
        }

        @Override
        public void close() {}
    }

    private final class Walk implements StorageReader.Cursor {
        private final Iterator<Map.Entry<Bytes, Versions>> rows;
        private final long batch;
        private Bytes key = Bytes.EMPTY;
        private Bytes value = Bytes.EMPTY;

        Walk(Iterator<Map.Entry<Bytes, Versions>> rows, long batch) {
            this.rows = rows;
            this.batch = batch;
        }

        @Override
        public boolean next() {
            check();
            while (rows.hasNext()) {
                Map.Entry<Bytes, Versions> row = rows.next();
                Bytes found = row.getValue().at(batch);
                if (found != null) {
                    key = row.getKey();
                    value = found;
                    return true;
                }
            }
            return false;
        }

        @Override
        public Bytes key() {
            return key;
        }

        @Override
        public Bytes value() {
            return value;
        }

        @Override
        public void close() {}
    }
}
