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
import dev.quorate.server.app.StoreReplacement;
import java.util.List;
import java.util.Set;

/** Brings the rows of a snapshot into an empty store, with the members of a new cluster in place of the old ones. */
final class StoreFiller {
    private static final Set<Bucket> NOT_TAKEN = Set.of(Buckets.MEMBERS, Buckets.MEMBERS_REMOVED);

    private final StorageEngine engine;
    private final NewCluster cluster;
    private final StoreReplacement rows;

    StoreFiller(StorageEngine engine, NewCluster cluster) {
        this.engine = engine;
        this.cluster = cluster;
        this.rows = new StoreReplacement(engine, cluster.lastIndex());
    }

    /**
     * Fills the store.
     *
     * @param file the snapshot
     * @param revisionBump by how much to raise the revision, 0 for not at all
     */
    void fill(SnapshotFile file, long revisionBump) {
        for (Bucket bucket : Buckets.ALL) {
            if (!NOT_TAKEN.contains(bucket)) {
                rows.take(file, bucket);
            }
        }
        rows.write();
        WriteBatch batch = rows.batch();
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
            bump(revisionBump, batch);
        }
        rows.write();
    }

    private void bump(long amount, WriteBatch batch) {
        long latest = 0;
        try (Cursor last = engine.scan(Buckets.KEY, Bytes.EMPTY, null, true)) {
            latest = last.next() ? RevisionKeys.main(last.key()) : 0;
        }
        Bytes raised = RevisionKeys.of(Math.addExact(latest, amount), 0);
        batch.put(Buckets.KEY, raised, Bytes.EMPTY);
        batch.put(Buckets.META, Buckets.SCHEDULED_COMPACT_REVISION, raised);
    }
}
