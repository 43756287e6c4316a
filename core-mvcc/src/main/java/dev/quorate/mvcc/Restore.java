/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.storage.StorageReader;
import dev.quorate.mvcc.index.VersionIndex;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.RevisionKeys;
import java.util.LinkedHashMap;
import java.util.Map;

/** Builds the index from the stored records, in the order of history, and finds out which keys hang on which leases. */
final class Restore {
    private final VersionIndex index;
    private final Map<Bytes, Long> leases = new LinkedHashMap<>();
    private long revision = 1;

    private Bytes key = Bytes.EMPTY;
    private long create;
    private long version;
    private long lease;

    Restore(VersionIndex index) {
        this.index = index;
    }

    /** Reads all records; returns the last revision among them, at least 1. */
    long run(StorageReader storage) {
        try (StorageReader.Cursor cursor = storage.scan(Buckets.KEY, Bytes.EMPTY, null, false)) {
            while (cursor.next()) {
                add(cursor.key(), cursor.value());
            }
        }
        return revision;
    }

    void attach(LeaseBook book) {
        leases.forEach((attached, id) -> book.attach(id, attached));
    }

    private void add(Bytes revisionKey, Bytes record) {
        long main = RevisionKeys.main(revisionKey);
        long sub = RevisionKeys.sub(revisionKey);
        revision = main;
        decode(record);
        if (RevisionKeys.isTombstone(revisionKey)) {
            index.tombstone(key, main, sub);
            detach();
            return;
        }
        // The row by which etcdutl raises the revision is empty: version 0, which is no tombstone, of the empty key.
        index.put(key, main, sub, create, Math.max(1, version));
        if (lease == 0) {
            detach();
        } else {
            leases.put(key.compact(), lease);
        }
    }

    private void detach() {
        if (!leases.isEmpty()) { // mostly there are none, and then the key need not be hashed
            leases.remove(key);
        }
    }

    private void decode(Bytes record) {
        key = Bytes.EMPTY;
        create = 0;
        version = 0;
        lease = 0;
        ProtoReader reader = new ProtoReader(record);
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> key = reader.bytes();
                case 2 -> create = reader.varint();
                case 4 -> version = reader.varint();
                case 6 -> lease = reader.varint();
                default -> reader.skip();
            }
        }
    }
}
