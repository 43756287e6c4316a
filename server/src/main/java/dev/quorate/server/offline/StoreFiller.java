/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.offline;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.Member;
import dev.quorate.api.snapshot.SnapshotFile;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageReader.Cursor;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.ConfStateRecord;
import dev.quorate.schema.MemberRecords;
import dev.quorate.schema.RevisionKeys;
import java.util.List;
import java.util.Set;

/** Brings the rows of a snapshot into an empty store, with the members of a new cluster in place of the old ones. */
final class StoreFiller {
    private static final int BATCH_BYTES = 1 << 20;

    private static final Set<Bucket> NOT_TAKEN = Set.of(Buckets.MEMBERS, Buckets.MEMBERS_REMOVED);

    private final StorageEngine engine;
    private final NewCluster cluster;
    private final WriteBatch batch = new WriteBatch();
    private Bytes lastRevision = Bytes.EMPTY;

    StoreFiller(StorageEngine engine, NewCluster cluster) {
        this.engine = engine;
        this.cluster = cluster;
    }

    /**
     * Fills the store.
     *
     * @param file the snapshot
     * @param revisionBump by how much to raise the revision, 0 for not at all
     */
    void fill(SnapshotFile file, long revisionBump) {
        List<String> there = file.buckets();
        for (Bucket bucket : Buckets.ALL) {
            if (there.contains(bucket.name()) && !NOT_TAKEN.contains(bucket)) {
                copy(file, bucket);
            }
        }
        for (Member member : cluster.members()) {
            batch.put(Buckets.MEMBERS, MemberRecords.key(member.id()), MemberRecords.encode(member));
        }
        batch.put(Buckets.META, Buckets.CONSISTENT_INDEX, Buckets.longBytes(cluster.lastIndex()));
        batch.put(Buckets.META, Buckets.TERM, Buckets.longBytes(NewCluster.TERM));
        batch.put(
                Buckets.META,
                Buckets.CONF_STATE,
                ConfStateRecord.of(cluster.memberIds(), List.of()).encode());
        if (revisionBump > 0) {
            bump(revisionBump);
        }
        write();
    }

    private void copy(SnapshotFile file, Bucket bucket) {
        try (Cursor rows = file.scan(bucket.name())) {
            while (rows.next()) {
                batch.put(bucket, rows.key(), rows.value());
                if (bucket.equals(Buckets.KEY)) {
                    lastRevision = rows.key();
                }
                if (batch.sizeBytes() >= BATCH_BYTES) {
                    write();
                }
            }
        }
    }

    private void bump(long amount) {
        long latest = lastRevision.isEmpty() ? 0 : RevisionKeys.main(lastRevision);
        Bytes raised = RevisionKeys.of(Math.addExact(latest, amount), 0);
        batch.put(Buckets.KEY, raised, Bytes.EMPTY);
        batch.put(Buckets.META, Buckets.SCHEDULED_COMPACT_REVISION, raised);
    }

    private void write() {
        engine.write(batch, cluster.lastIndex());
        batch.clear();
    }
}
