/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.snapshot.SnapshotFile;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageReader.Cursor;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.SnapshotMark;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.ConfStateRecord;
import java.util.Set;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Makes a store hold what a snapshot holds, in batches of bounded size.
 *
 * <p>Store and snapshot are walked through side by side, and only what differs is written: a member that is behind has
 * most rows of its past already, and those that a read under way looks for stay where they are.
 *
 * <p>Not thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class StoreReplacement {
    private static final int BATCH_BYTES = 1 << 20;

    /** What is written last: it says that all the rest is there. */
    private static final Set<Bytes> MARKS = Set.of(Buckets.CONSISTENT_INDEX, Buckets.TERM, Buckets.CONF_STATE);

    private final StorageEngine engine;
    private final long mark;
    private final WriteBatch batch = new WriteBatch();

    /**
     * Begins.
     *
     * @param engine the store
     * @param mark number of the batches
     */
    public StoreReplacement(StorageEngine engine, long mark) {
        this.engine = engine;
        this.mark = mark;
    }

    /** Returns the last entry that a store holds the effect of; 0 for none, or if it is being replaced. */
    static long storedIndex(StorageEngine engine) {
        Bytes index = engine.get(Buckets.META, Buckets.CONSISTENT_INDEX);
        return index == null ? 0 : Buckets.longValue(index);
    }

    /**
     * Puts the state of another member in place. A crash on the way leaves a store that says that it holds nothing
     * ({@link #storedIndex}); when this returns, the new state survives one.
     */
    static void install(StorageEngine engine, SnapshotMark snapshot, SnapshotFile file) {
        StoreReplacement rows = new StoreReplacement(engine, snapshot.index());
        rows.batch().delete(Buckets.META, Buckets.CONSISTENT_INDEX);
        rows.write();
        for (Bucket bucket : Buckets.ALL) {
            rows.take(file, bucket);
        }
        ConfState members = snapshot.confState();
        rows.batch()
                .put(Buckets.META, Buckets.CONSISTENT_INDEX, Buckets.longBytes(snapshot.index()))
                .put(Buckets.META, Buckets.TERM, Buckets.longBytes(snapshot.term()))
                .put(
                        Buckets.META,
                        Buckets.CONF_STATE,
                        new ConfStateRecord(
                                        members.voters(),
                                        members.learners(),
                                        members.votersOutgoing(),
                                        members.learnersNext(),
                                        members.autoLeave())
                                .encode());
        rows.write();
        engine.flush();
    }

    /**
     * Makes a bucket hold what the snapshot has in it, but for index, term and configuration. The last rows are not
     * written yet.
     *
     * @param file the snapshot; without such a bucket all rows go
     * @param bucket which
     */
    public void take(SnapshotFile file, Bucket bucket) {
        if (!file.buckets().contains(bucket.name())) {
            try (Present present = new Present(bucket)) {
                merge(null, present, bucket);
            }
            return;
        }
        try (Cursor wanted = file.scan(bucket.name());
                Present present = new Present(bucket)) {
            merge(wanted, present, bucket);
        }
    }

    private void merge(@Nullable Cursor wanted, Present present, Bucket bucket) {
        Bytes key = next(wanted, bucket);
        Bytes there = present.next();
        while (key != null || there != null) {
            int order = key == null ? 1 : there == null ? -1 : key.compareTo(there);
            if (order > 0 && there != null) {
                batch.delete(bucket, there);
            } else if (key != null
                    && wanted != null
                    && (order < 0 || !wanted.value().equals(present.value()))) {
                batch.put(bucket, key, wanted.value());
            }
            key = order <= 0 ? next(wanted, bucket) : key;
            there = order >= 0 ? present.next() : there;
            if (batch.sizeBytes() >= BATCH_BYTES) {
                write();
                there = present.again();
            }
        }
    }

    private static @Nullable Bytes next(@Nullable Cursor rows, Bucket bucket) {
        while (rows != null && rows.next()) {
            if (!bucket.equals(Buckets.META) || !MARKS.contains(rows.key())) {
                return rows.key();
            }
        }
        return null;
    }

    /**
     * The rows that are there. The walk begins anew after each batch, so that it keeps no old rows from being freed.
     */
    private final class Present implements AutoCloseable {
        private final Bucket bucket;
        private Cursor rows;
        private @Nullable Bytes current;

        Present(Bucket bucket) {
            this.bucket = bucket;
            this.rows = engine.scan(bucket, Bytes.EMPTY, null, false);
        }

        @Nullable
        Bytes next() {
            current = StoreReplacement.next(rows, bucket);
            return current;
        }

        Bytes value() {
            return rows.value();
        }

        /** Stands on the same row after others were written before it. */
        @Nullable
        Bytes again() {
            Bytes from = current;
            if (from == null) {
                return null;
            }
            rows.close();
            rows = engine.scan(bucket, from, null, false);
            return next();
        }

        @Override
        public void close() {
            rows.close();
        }
    }

    /**
     * Returns what will be written next, to add rows to.
     *
     * @return the batch
     */
    public WriteBatch batch() {
        return batch;
    }

    /** Writes what has come together. */
    public void write() {
        engine.write(batch, mark);
        batch.clear();
    }
}
