/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageSnapshot;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.api.storage.memory.MapStorageEngine;
import dev.quorate.raft.simulation.SimulatedProcess;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The store of a member in one of its lives. */
final class SimulatedEngine implements StorageEngine {
    private final SimulatedProcess process;
    private final SimulatedStorage storage;
    private final MapStorageEngine rows;
    private Consumer<WriteBatch> written = batch -> {};
    private int writing;

    SimulatedEngine(SimulatedProcess process, SimulatedStorage storage) {
        this.process = process;
        this.storage = storage;
        rows = storage.open();
    }

    /** Has somebody look at each batch that was written. */
    void whenWritten(Consumer<WriteBatch> then) {
        written = then;
    }

    /** Tells whether some thread is in a write. */
    boolean isWriting() {
        return writing > 0;
    }

    @Override
    public void write(WriteBatch batch, long mark) {
        writing++;
        try {
            process.survive();
            rows.write(batch, mark);
            storage.add(batch, mark);
            written.accept(batch);
            process.survive();
        } finally {
            writing--;
        }
    }

    @Override
    public void flush() {
        process.survive();
        storage.flush(storage.waiting());
    }

    @Override
    public long durableMark() {
        return storage.durableMark();
    }

    @Override
    public StorageSnapshot snapshot() {
        return rows.snapshot();
    }

    @Override
    public @Nullable Bytes get(Bucket bucket, Bytes key) {
        return rows.get(bucket, key);
    }

    @Override
    public int read(Bucket bucket, byte[] key, int keyOffset, int keyLength, byte[] into, int intoOffset) {
        return rows.read(bucket, key, keyOffset, keyLength, into, intoOffset);
    }

    @Override
    public Cursor scan(Bucket bucket, Bytes from, @Nullable Bytes to, boolean reverse) {
        return rows.scan(bucket, from, to, reverse);
    }

    @Override
    public void checkpoint(Path target) {
        throw new UnsupportedOperationException("in memory");
    }

    @Override
    public long sizeInUse() {
        return 0;
    }

    @Override
    public long sizeOnDisk() {
        return 0;
    }

    @Override
    public void compact() {
        process.survive();
    }

    @Override
    public void close() {}
}
