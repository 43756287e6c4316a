/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.rocksdb;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageSnapshot;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.Snapshot;

/** One state of the store; keeps it open until it is closed itself. */
final class RocksSnapshot implements StorageSnapshot {
    private final RocksEngine engine;
    private final RocksDB db;
    private final Snapshot snapshot;
    private final ReadOptions options;
    private final long mark;
    private volatile boolean closed;

    RocksSnapshot(RocksEngine engine, RocksDB db, long mark) {
        this.engine = engine;
        this.db = db;
        this.mark = mark;
        snapshot = db.getSnapshot();
        options = new ReadOptions().setSnapshot(snapshot);
    }

    @Override
    public @Nullable Bytes get(Bucket bucket, Bytes key) {
        return engine.get(options(), bucket, key);
    }

    @Override
    public int read(Bucket bucket, byte[] key, int keyOffset, int keyLength, byte[] into, int intoOffset) {
        return engine.read(options(), bucket, key, keyOffset, keyLength, into, intoOffset);
    }

    @Override
    public Cursor scan(Bucket bucket, Bytes from, @Nullable Bytes to, boolean reverse) {
        return engine.scan(options(), bucket, from, to, reverse);
    }

    @Override
    public long mark() {
        return mark;
    }

    @Override
    public void close() {
        engine.release(this, this::closeNative);
    }

    void closeNative() {
        closed = true;
        options.close();
        db.releaseSnapshot(snapshot);
        snapshot.close();
    }

    private ReadOptions options() {
        if (closed) {
            throw new IllegalStateException("the snapshot is closed");
        }
        return options;
    }
}
