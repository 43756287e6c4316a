/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.snapshot;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.snapshot.SnapshotFile;
import dev.quorate.api.storage.StorageReader.Cursor;
import java.util.Set;
import java.util.zip.CRC32C;

/** Hashes over all buckets of a snapshot, as etcd has them. */
final class StatusHash {
    private StatusHash() {}

    /** Returns the hash that {@code etcdutl snapshot status} shows. */
    static long of(SnapshotFile file) {
        return of(file, Set.of());
    }

    /** Returns the hash over everything but some rows of bucket meta. */
    static long of(SnapshotFile file, Set<Bytes> metaLeftOut) {
        CRC32C crc = new CRC32C();
        for (String bucket : file.buckets()) {
            crc.update(Bytes.utf8(bucket).toArray());
            try (Cursor rows = file.scan(bucket)) {
                while (rows.next()) {
                    if (!bucket.equals("meta") || !metaLeftOut.contains(rows.key())) {
                        crc.update(rows.key().toArray());
                        crc.update(rows.value().toArray());
                    }
                }
            }
        }
        return crc.getValue();
    }
}
