/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyRange;
import dev.quorate.mvcc.index.VersionIndex;
import dev.quorate.mvcc.index.VersionIndex.Version;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.RevisionKeys;
import java.util.zip.CRC32C;

/**
 * Hashes records of keys so that two members with the same history agree, however far each has come with removing what
 * is compacted. Source: etcd v3.7.1, {@code server/storage/mvcc/hash.go}.
 */
final class KvHasher {
    private final CRC32C crc = new CRC32C();
    private final long compactRevision;
    private final long revision;
    private final VersionIndex.View index;
    private final boolean selects;
    private final Version version = new Version();

    /**
     * Creates a hasher.
     *
     * @param compactRevision of records up to it only those are hashed that a read at {@code revision} needs
     * @param revision up to where records are hashed
     * @param index tells what such a read needs
     * @param selects whether older ones are left out at all: etcd takes an empty set of needed records for no set, and
     *     counts tombstones of the very revision to it only while compacting
     */
    KvHasher(long compactRevision, long revision, VersionIndex.View index, boolean selects) {
        this.compactRevision = compactRevision;
        this.revision = revision;
        this.index = index;
        this.selects = selects;
        update(Bytes.utf8(Buckets.KEY.name()));
    }

    /** Tells whether any key is there at a revision, the empty one too by which etcdutl raises the revision. */
    static boolean anyKey(VersionIndex.View index, long revision) {
        return revision > 0 && index.count(new KeyRange(Bytes.EMPTY, KeyRange.FROM_KEY), revision) > 0;
    }

    void add(Bytes key, Bytes value) {
        long main = RevisionKeys.main(key);
        if (main > revision) {
            return;
        }
        boolean tombstone = RevisionKeys.isTombstone(key);
        if (main <= compactRevision && selects && !isNeeded(key, value, tombstone)) {
            return;
        }
        if (tombstone && main == compactRevision) {
            return;
        }
        update(key);
        update(value);
    }

    private boolean isNeeded(Bytes key, Bytes value, boolean tombstone) {
        return !tombstone
                && index.find(StoredRecords.key(value), revision, version)
                && version.main() == RevisionKeys.main(key)
                && version.sub() == RevisionKeys.sub(key);
    }

    int hash() {
        return (int) crc.getValue();
    }

    private void update(Bytes bytes) {
        crc.update(bytes.sharedArray(), bytes.sharedOffset(), bytes.length());
    }
}
