/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.api.storage.memory.MapStorageEngine;
import java.util.List;
import java.util.function.Function;

/** A store in memory, driven as the applier drives it. */
public final class StoreFixture {
    /** Where records lie. */
    public final MapStorageEngine engine = new MapStorageEngine();

    /** Leases. */
    public final MapLeaseBook leases = new MapLeaseBook();

    /** The store. */
    public MvccStore store = MvccStore.open(engine, leases);

    private long mark;

    /** Does one entry: batch, write, publish. */
    public <T> T apply(Function<MvccWriter, T> entry) {
        WriteBatch batch = new WriteBatch();
        store.writer().begin(batch);
        T answer = entry.apply(store.writer());
        write(batch);
        store.writer().publish();
        return answer;
    }

    /** Writes a batch. */
    public void write(WriteBatch batch) {
        engine.write(batch, ++mark);
    }

    /** Stores a text. */
    public long put(String key, String value) {
        return apply(writer -> writer.put(PutRequest.of(Bytes.utf8(key), Bytes.utf8(value))))
                .header()
                .revision();
    }

    /** Reads keys in a range of texts. */
    public RangeResponse range(String key, String end) {
        return store.range(RangeRequest.of(new KeyRange(Bytes.utf8(key), Bytes.utf8(end))));
    }

    /** Compacts to the end. */
    public void compactAll() {
        boolean more = store.writer().compactionPending();
        while (more) {
            more = compactStep(3);
        }
    }

    /** Compacts a few rows. */
    public boolean compactStep(int limit) {
        WriteBatch batch = new WriteBatch();
        boolean more = store.writer().compactionStep(batch, limit);
        write(batch);
        return more;
    }

    /** Opens the store anew, as after a stop. */
    public void reopen() {
        for (var lease : leases.attached().entrySet()) {
            for (Bytes key : List.copyOf(lease.getValue())) {
                leases.detach(lease.getKey(), key);
            }
        }
        store = MvccStore.open(engine, leases);
    }
}
