/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.rocksdb;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageException;
import dev.quorate.api.storage.StorageSnapshot;
import dev.quorate.api.storage.WriteBatch;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/**
 * A store on RocksDB without its own log: the Raft log is the only one.
 *
 * <p>All buckets lie in one column family, the number of the bucket in front of each key; so a flush of the memory
 * table is atomic over all of them, and what a crash leaves is a prefix of the batches. The key that is nothing but a
 * zero byte holds the mark; no row can have it, since rows have keys. A batch is put together in RocksDB's own form and
 * crosses into native code once.
 */
final class RocksEngine implements StorageEngine {
    private static final byte[] MARK_KEY = {0};

    private final Path directory;
    private final RocksOptions options;
    private final RocksDB db;
    private final boolean[] known = new boolean[256];
    private final NativeGate gate = new NativeGate();
    private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
    private final ReadOptions plain = new ReadOptions().setVerifyChecksums(true);
    private final ReadOptions persisted = new ReadOptions().setReadTier(ReadTier.PERSISTED_TIER);
    private final BatchEncoder encoder = new BatchEncoder();
    private final AtomicLong unflushedBytes = new AtomicLong();
    private final AtomicLong deletedRows = new AtomicLong(); // whose room was not given back yet, at most
    private final Set<AutoCloseable> inUse = ConcurrentHashMap.newKeySet(); // cursors and snapshots
    private int checkedDeletes; // guarded by this
    private volatile long mark;
    private volatile @Nullable RocksDBException failure;

    private RocksEngine(Path directory, RocksOptions options, RocksDB db, List<Bucket> buckets) {
        this.directory = directory;
        this.options = options;
        this.db = db;
        buckets.forEach(bucket -> known[bucket.number()] = true);
        mark = mark(plain);
    }

    static RocksEngine open(Path directory, List<Bucket> buckets) {
        StoreFiles.check(directory);
        RocksOptions options = new RocksOptions();
        RocksDB db = null;
        try {
            db = RocksDB.open(options.options(), directory.toString());
            return new RocksEngine(directory, options, db, buckets);
        } catch (RocksDBException | StorageException e) {
            if (db != null) {
                db.close();
            }
            options.close();
            String text = String.valueOf(e.getMessage());
            boolean used = text.contains("lock hold by current process") || text.contains("While lock file");
            throw new StorageException(
                    "cannot open the store in " + directory + ": "
                            + (used ? "it is in use by another engine: " + text : text),
                    e);
        }
    }

    @Override
    public synchronized void write(WriteBatch batch, long nextMark) {
        RocksDBException before = failure;
        if (before != null) {
            throw new StorageException("the store in " + directory + " has failed before", before);
        }
        if (nextMark < mark) {
            throw new IllegalArgumentException("mark " + nextMark + " follows " + mark);
        }
        gate.check();
        checkedDeletes = 0;
        check(batch);
        byte[] encoded = encoder.encode(batch, MARK_KEY, nextMark);
        gate.enter();
        try (org.rocksdb.WriteBatch rows = new org.rocksdb.WriteBatch(encoded)) {
            db.write(unlogged, rows);
            mark = nextMark;
            unflushedBytes.addAndGet(batch.sizeBytes());
            deletedRows.addAndGet(checkedDeletes);
        } catch (RocksDBException e) {
            failure = e;
            throw new StorageException("cannot write to the store in " + directory + ": " + e.getMessage(), e);
        } finally {
            gate.leave();
        }
    }

    private void check(WriteBatch batch) {
        batch.forEach(new WriteBatch.Visitor() {
            @Override
            public void put(
                    Bucket bucket, byte[] data, int keyOffset, int keyLength, int valueOffset, int valueLength) {
                checkKnown(bucket);
            }

            @Override
            public void delete(Bucket bucket, byte[] data, int keyOffset, int keyLength) {
                checkKnown(bucket);
                checkedDeletes++;
            }
        });
    }

    private void checkKnown(Bucket bucket) {
        if (!known[bucket.number()]) {
            throw new IllegalArgumentException("bucket " + bucket.name() + " was not named when the store was opened");
        }
    }

    @Override
    public void flush() {
        gate.enter();
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true).setAllowWriteStall(true)) {
            long covered = unflushedBytes.get();
            db.flush(wait);
            unflushedBytes.addAndGet(-covered);
        } catch (RocksDBException e) {
            failure = e;
            throw new StorageException("cannot flush the store in " + directory + ": " + e.getMessage(), e);
        } finally {
            gate.leave();
        }
    }

    @Override
    public long durableMark() {
        return mark(persisted);
    }

    private long mark(ReadOptions how) {
        gate.enter();
        try {
            byte[] stored = db.get(how, MARK_KEY);
            return stored == null ? 0 : ByteBuffer.wrap(stored).getLong();
        } catch (RocksDBException e) {
            throw failed(e);
        } finally {
            gate.leave();
        }
    }

    StorageException failed(RocksDBException e) {
        return new StorageException("cannot read the store in " + directory + ": " + e.getMessage(), e);
    }

    static byte[] prefixed(Bucket bucket, byte[] key, int offset, int length) {
        byte[] whole = new byte[length + 1];
        whole[0] = (byte) bucket.number();
        System.arraycopy(key, offset, whole, 1, length);
        return whole;
    }

    static byte[] prefixed(Bucket bucket, Bytes key) {
        return prefixed(bucket, key.sharedArray(), key.sharedOffset(), key.length());
    }

    @Override
    public @Nullable Bytes get(Bucket bucket, Bytes key) {
        return get(plain, bucket, key);
    }

    @Nullable
    Bytes get(ReadOptions how, Bucket bucket, Bytes key) {
        checkKnown(bucket);
        if (key.isEmpty()) {
            return null; // in bucket 0 it would be the mark
        }
        gate.enter();
        try {
            byte[] value = db.get(how, prefixed(bucket, key));
            return value == null ? null : Bytes.wrap(value);
        } catch (RocksDBException e) {
            throw failed(e);
        } finally {
            gate.leave();
        }
    }

    @Override
    public int read(Bucket bucket, byte[] key, int keyOffset, int keyLength, byte[] into, int intoOffset) {
        return read(plain, bucket, key, keyOffset, keyLength, into, intoOffset);
    }

    @SuppressWarnings("checkstyle:ParameterNumber") // the port's own, and how to read
    int read(ReadOptions how, Bucket bucket, byte[] key, int keyOffset, int keyLength, byte[] into, int intoOffset) {
        checkKnown(bucket);
        if (keyLength == 0) {
            return -1;
        }
        byte[] whole = prefixed(bucket, key, keyOffset, keyLength);
        gate.enter();
        try {
            int room = into.length - intoOffset;
            return db.get(how, whole, 0, whole.length, into, intoOffset, room);
        } catch (RocksDBException e) {
            throw failed(e);
        } finally {
            gate.leave();
        }
    }

    @Override
    public Cursor scan(Bucket bucket, Bytes from, @Nullable Bytes to, boolean reverse) {
        return scan(plain, bucket, from, to, reverse);
    }

    Cursor scan(ReadOptions how, Bucket bucket, Bytes from, @Nullable Bytes to, boolean reverse) {
        checkKnown(bucket);
        byte[] first = from.isEmpty() ? new byte[] {(byte) bucket.number(), 0} : prefixed(bucket, from);
        byte[] end = to == null ? after(bucket) : prefixed(bucket, to);
        gate.enter();
        try {
            RocksCursor cursor = new RocksCursor(this, db.newIterator(how), first, end, reverse);
            inUse.add(cursor);
            return cursor;
        } finally {
            gate.leave();
        }
    }

    /** A key after all of a bucket; for the last bucket, null: the end of the store. */
    private static byte @Nullable [] after(Bucket bucket) {
        return bucket.number() == 255 ? null : new byte[] {(byte) (bucket.number() + 1)};
    }

    @Override
    public synchronized StorageSnapshot snapshot() {
        gate.enter();
        try {
            RocksSnapshot snapshot = new RocksSnapshot(this, db, mark);
            inUse.add(snapshot);
            return snapshot;
        } finally {
            gate.leave();
        }
    }

    NativeGate gate() {
        return gate;
    }

    /** Lets the caller close something native, unless closing the engine has done or will do it. */
    void release(AutoCloseable user, Runnable closeNative) {
        try {
            gate.enter();
        } catch (IllegalStateException e) {
            return; // the engine closes it
        }
        try {
            if (inUse.remove(user)) {
                closeNative.run();
            }
        } finally {
            gate.leave();
        }
    }

    @Override
    public void checkpoint(Path target) {
        gate.enter();
        try (Checkpoint checkpoint = Checkpoint.create(db)) {
            checkpoint.createCheckpoint(target.toString());
        } catch (RocksDBException e) {
            throw new StorageException("cannot copy the store to " + target + ": " + e.getMessage(), e);
        } finally {
            gate.leave();
        }
    }

    private long property(String name) {
        gate.enter();
        try {
            return db.getLongProperty(name);
        } catch (RocksDBException e) {
            throw failed(e);
        } finally {
            gate.leave();
        }
    }

    /** What lies in memory tables; their arenas are larger than what is in them, so what was written bounds it. */
    private long inMemory() {
        return Math.min(unflushedBytes.get(), property("rocksdb.cur-size-all-mem-tables"));
    }

    /**
     * RocksDB's own estimate of live data is no use here, since each table holds the mark and so overlaps all others.
     * Of deleted rows it knows the room only when it has compacted them away: taken off by their number.
     */
    @Override
    public long sizeInUse() {
        long live = sizeOnDisk();
        long deleted = deletedRows.get();
        long rows = property("rocksdb.estimate-num-keys") + deleted; // it counts a deletion as one less
        long gone = rows <= 0 ? 0 : (long) ((double) live * Math.min(deleted, rows) / rows);
        return Math.max(0, live - gone);
    }

    @Override
    public long sizeOnDisk() {
        return property("rocksdb.total-sst-files-size") + inMemory();
    }

    @Override
    public void compact() {
        long deleted = deletedRows.get();
        flush();
        gate.enter();
        try (CompactRangeOptions options = new CompactRangeOptions()
                .setBottommostLevelCompaction(CompactRangeOptions.BottommostLevelCompaction.kForceOptimized)) {
            db.compactRange(db.getDefaultColumnFamily(), null, null, options);
            deletedRows.addAndGet(-deleted);
        } catch (RocksDBException e) {
            throw new StorageException("cannot compact the store in " + directory + ": " + e.getMessage(), e);
        } finally {
            gate.leave();
        }
    }

    @Override
    public synchronized void close() {
        if (gate.isClosed()) {
            return;
        }
        StorageException unflushed = null;
        if (failure == null) {
            try {
                flush();
            } catch (StorageException e) {
                unflushed = e;
            }
        }
        if (gate.close()) {
            inUse.forEach(RocksEngine::closeNative);
            db.close();
            unlogged.close();
            plain.close();
            persisted.close();
            options.close();
        }
        if (unflushed != null) {
            throw unflushed;
        }
    }

    /** Cursors before snapshots would be the order of their making; RocksDB takes any. */
    private static void closeNative(AutoCloseable user) {
        if (user instanceof RocksCursor cursor) {
            cursor.closeNative();
        } else if (user instanceof RocksSnapshot snapshot) {
            snapshot.closeNative();
        }
    }
}
