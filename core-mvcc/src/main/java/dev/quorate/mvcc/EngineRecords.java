/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.storage.StorageReader;
import dev.quorate.mvcc.index.VanishedException;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.RevisionKeys;

/** Reads records from the storage engine. */
class EngineRecords extends RecordReader {
    private final StorageReader storage;
    private final byte[] key = new byte[RevisionKeys.LENGTH];

    EngineRecords(StorageReader storage) {
        this.storage = storage;
    }

    @Override
    int read(long main, long sub) {
        RevisionKeys.write(key, 0, main, sub);
        int length = storage.read(Buckets.KEY, key, 0, key.length, array, 0);
        while (length > array.length) {
            ensure(length);
            length = storage.read(Buckets.KEY, key, 0, key.length, array, 0);
        }
        if (length < 0) {
            throw new VanishedException(main, sub);
        }
        return length;
    }
}
