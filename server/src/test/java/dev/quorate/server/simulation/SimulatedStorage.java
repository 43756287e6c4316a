/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageReader.Cursor;
import dev.quorate.api.storage.StorageSnapshot;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.api.storage.memory.MapStorageEngine;
import dev.quorate.raft.simulation.Chance;
import dev.quorate.schema.Buckets;
import java.util.ArrayList;
import java.util.List;

/** What of a store is on the disk: after a crash some prefix of the batches, at least the flushed ones. */
final class SimulatedStorage {
    private record Written(WriteBatch batch, long mark) {}

    private final List<Written> waiting = new ArrayList<>(); // not durable yet
    private MapStorageEngine durable = new MapStorageEngine(Buckets.ALL);

    /** Returns what a process finds that starts now. */
    MapStorageEngine open() {
        MapStorageEngine rows = new MapStorageEngine(Buckets.ALL);
        WriteBatch all = new WriteBatch();
        try (StorageSnapshot state = durable.snapshot()) {
            for (Bucket bucket : Buckets.ALL) {
                try (Cursor cursor = state.scan(bucket, Bytes.EMPTY, null, false)) {
                    while (cursor.next()) {
                        all.put(bucket, cursor.key(), cursor.value());
                    }
                }
            }
        }
        rows.write(all, durable.durableMark());
        durable = rows; // forgets versions that nobody looks for
        MapStorageEngine own = new MapStorageEngine(Buckets.ALL);
        own.write(all, durable.durableMark());
        return own;
    }

    void add(WriteBatch batch, long mark) {
        WriteBatch copy = new WriteBatch();
        batch.forEach(new WriteBatch.Visitor() {
            @Override
            public void put(Bucket bucket, byte[] data, int keyFrom, int keyLength, int valueFrom, int valueLength) {
                copy.put(bucket, data, keyFrom, keyLength, data, valueFrom, valueLength);
            }

            @Override
            public void delete(Bucket bucket, byte[] data, int keyFrom, int keyLength) {
                copy.delete(bucket, Bytes.copyOf(data, keyFrom, keyLength));
            }
        });
        waiting.add(new Written(copy, mark));
    }

    int waiting() {
        return waiting.size();
    }

    long durableMark() {
        return durable.durableMark();
    }

    /** Makes the oldest batches durable. */
    void flush(int count) {
        waiting.subList(0, count).forEach(written -> durable.write(written.batch(), written.mark()));
        waiting.subList(0, count).clear();
    }

    void crash(Chance chance) {
        flush(chance.dice(waiting.size() + 1));
        waiting.clear();
    }
}
