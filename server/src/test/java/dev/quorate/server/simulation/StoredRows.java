/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageReader;
import dev.quorate.api.storage.StorageReader.Cursor;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.LeaseRecord;
import dev.quorate.schema.MemberRecords;
import dev.quorate.schema.RevisionKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Looks at what a member writes to its store, batch by batch. */
final class StoredRows {
    private static final List<Bucket> SMALL =
            List.of(Buckets.ALARM, Buckets.CLUSTER, Buckets.LEASE, Buckets.MEMBERS, Buckets.MEMBERS_REMOVED);

    private final ServerProcess process;
    private final StorageReader rows;
    private final Revisions revisions;
    private long revision = 1;
    private int smallHash;

    StoredRows(ServerProcess process, StorageReader rows, Revisions revisions) {
        this.process = process;
        this.rows = rows;
        this.revisions = revisions;
        revision = lastRevision();
        smallHash = hashOfSmall();
    }

    private long lastRevision() {
        Bytes compacted = rows.get(Buckets.META, Buckets.SCHEDULED_COMPACT_REVISION); // its row may be gone
        long least = compacted == null ? revision : Math.max(revision, RevisionKeys.main(compacted));
        try (Cursor last = rows.scan(Buckets.KEY, Bytes.EMPTY, null, true)) {
            return last.next() ? Math.max(least, RevisionKeys.main(last.key())) : least;
        }
    }

    private int hashOfSmall() {
        int hash = 1;
        for (Bucket bucket : SMALL) {
            try (Cursor cursor = rows.scan(bucket, Bytes.EMPTY, null, false)) {
                while (cursor.next()) {
                    hash = 31
                                    * (31 * (31 * hash + bucket.name().hashCode())
                                            + cursor.key().hashCode())
                            + cursor.value().hashCode();
                }
            }
        }
        return hash;
    }

    /** What a batch changes. */
    private static final class Changes implements WriteBatch.Visitor {
        final List<Revisions.Row> keys = new ArrayList<>();
        final Set<Long> endedLeases = new TreeSet<>();
        final Set<Long> members = new TreeSet<>();
        boolean small;
        long index;

        @Override
        public void put(Bucket bucket, byte[] data, int keyFrom, int keyLength, int valueFrom, int valueLength) {
            Bytes key = Bytes.copyOf(data, keyFrom, keyLength);
            Bytes value = Bytes.copyOf(data, valueFrom, valueLength);
            if (bucket.equals(Buckets.KEY)) {
                keys.add(new Revisions.Row(
                        RevisionKeys.main(key),
                        RevisionKeys.sub(key),
                        RevisionKeys.isTombstone(key),
                        KeyValue.decode(value)));
            } else if (!bucket.equals(Buckets.META)) {
                small = true;
                if (bucket.equals(Buckets.MEMBERS)) {
                    members.add(MemberRecords.id(key));
                }
            } else if (key.equals(Buckets.CONSISTENT_INDEX)) {
                index = Buckets.longValue(value);
            }
        }

        @Override
        public void delete(Bucket bucket, byte[] data, int keyFrom, int keyLength) {
            Bytes key = Bytes.copyOf(data, keyFrom, keyLength);
            if (bucket.equals(Buckets.LEASE)) {
                endedLeases.add(Buckets.longValue(key));
            }
            small |= !bucket.equals(Buckets.KEY) && !bucket.equals(Buckets.META);
        }
    }

    /** Looks at a batch that was written. */
    void after(WriteBatch batch) {
        Changes changes = new Changes();
        batch.forEach(changes);
        for (Revisions.Row row : changes.keys) {
            revisions.stored(process, row);
        }
        changes.members.forEach(process.world()::admit);
        if (changes.small) {
            smallHash = hashOfSmall();
        }
        if (process.isReplacing()) {
            if (changes.index > 0) {
                revision = lastRevision();
                process.world().leases().replaced(process, rows, revision);
            }
        } else {
            applied(changes);
        }
        if (changes.index > 0) {
            revisions.behind(process, changes.index, revision, smallHash);
        }
    }

    private void applied(Changes changes) {
        Map<Long, Integer> counts = new TreeMap<>();
        changes.keys.forEach(row -> counts.merge(row.main(), 1, Integer::sum));
        for (Map.Entry<Long, Integer> count : counts.entrySet()) {
            process.world()
                    .rules()
                    .require(
                            count.getKey() == revision + 1 && count.getValue() == revisions.count(count.getKey()),
                            "each revision is stored once, whole, and in order",
                            process,
                            count,
                            revision);
            revision = count.getKey();
        }
        for (long id : changes.endedLeases) {
            process.world().leases().ended(process, id, revision);
        }
    }

    /** Returns the leases that lie in the store. */
    Set<Long> leases() {
        Set<Long> ids = new TreeSet<>();
        try (Cursor cursor = rows.scan(Buckets.LEASE, Bytes.EMPTY, null, false)) {
            while (cursor.next()) {
                ids.add(LeaseRecord.decode(cursor.value()).id());
            }
        }
        return ids;
    }
}
