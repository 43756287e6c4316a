/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.api.model.EventType;
import dev.quorate.schema.RevisionKeys;

/** Stored records of keys, where only a part of one is wanted. */
final class StoredRecords {
    private StoredRecords() {}

    /** Returns the key in a record: its first field. */
    static Bytes key(Bytes record) {
        ProtoReader reader = new ProtoReader(record);
        while (reader.next()) {
            if (reader.field() == 1) {
                return reader.bytes();
            }
            reader.skip();
        }
        return Bytes.EMPTY;
    }

    /** Makes the record of a deletion: the key alone. */
    static Bytes tombstone(Bytes key) {
        return new ProtoWriter(key.length() + 8).bytes(1, key).toBytes();
    }

    /** Makes what an event shows of a deletion: the key and the revision. */
    static Bytes deletion(Bytes key, long main) {
        return new ProtoWriter(key.length() + 24).bytes(1, key).varint(3, main).toBytes();
    }

    /** Makes the change that a stored row tells of. */
    static Change change(Bytes revisionKey, Bytes record) {
        long main = RevisionKeys.main(revisionKey);
        long sub = RevisionKeys.sub(revisionKey);
        if (RevisionKeys.isTombstone(revisionKey)) {
            Bytes key = key(record);
            return new Change(EventType.DELETE, false, main, sub, key, deletion(key, main));
        }
        Bytes key = Bytes.EMPTY;
        long create = 0;
        ProtoReader reader = new ProtoReader(record);
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> key = reader.bytes();
                case 2 -> create = reader.varint();
                default -> reader.skip();
            }
        }
        return new Change(EventType.PUT, create == main, main, sub, key, record);
    }
}
