/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.storage.StorageReader;
import java.util.Arrays;

/** Reads records from the batch that is being made, and older ones from the storage engine. Confined to the writer. */
final class DraftRecords extends EngineRecords {
    private static final int KEPT_MAX = 4096;

    private long[] revisions = new long[64]; // main and sub of each record, rising
    private Bytes[] records = new Bytes[32];
    private int size;

    DraftRecords(StorageReader storage) {
        super(storage);
    }

    /** Adds a record of the batch; revisions rise. */
    void add(long main, long sub, Bytes record) {
        if (size == records.length) {
            records = Arrays.copyOf(records, size * 2);
            revisions = Arrays.copyOf(revisions, size * 4);
        }
        revisions[2 * size] = main;
        revisions[2 * size + 1] = sub;
        records[size++] = record;
    }

    /** Forgets the records, which are in the engine now. */
    void clear() {
        if (records.length > KEPT_MAX) {
            records = new Bytes[32];
            revisions = new long[64];
        } else {
            Arrays.fill(records, 0, size, null);
        }
        size = 0;
    }

    @Override
    int read(long main, long sub) {
        int at = find(main, sub);
        if (at < 0) {
            return super.read(main, sub);
        }
        Bytes record = records[at];
        ensure(record.length());
        record.copyTo(array, 0);
        return record.length();
    }

    @Override
    Bytes record(long main, long sub) {
        int at = find(main, sub);
        return at < 0 ? super.record(main, sub) : records[at];
    }

    private int find(long main, long sub) {
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Long.compare(revisions[2 * middle], main);
            if (order == 0) {
                order = Long.compare(revisions[2 * middle + 1], sub);
            }
            if (order == 0) {
                return middle;
            } else if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }
}
