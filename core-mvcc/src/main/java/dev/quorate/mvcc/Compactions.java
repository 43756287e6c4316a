/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageReader;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.mvcc.index.VersionIndex;
import dev.quorate.mvcc.index.VersionIndex.Version;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.RevisionKeys;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Compactions that have been decided and are not yet done physically, one after the other.
 *
 * <p>A compaction walks over all records up to its revision once, in bounded steps. It removes those that no read needs
 * any more, and hashes all of them as they were before: the hash that members compare with each other. Confined to the
 * writer.
 */
final class Compactions {
    private final StorageEngine engine;
    private final VersionIndex index;
    private final Supplier<PublishedState> published;
    private final HashCache hashes;
    private final Deque<Task> tasks = new ArrayDeque<>();
    private long finishedRevision;
    private long scheduledRevision;
    private @Nullable Run run;

    /**
     * One compaction.
     *
     * @param revision up to where
     * @param previousRevision the compact revision before
     * @param hashed whether its hash is kept: only if everything before it was really gone
     */
    private record Task(long revision, long previousRevision, boolean hashed) {}

    Compactions(StorageEngine engine, VersionIndex index, Supplier<PublishedState> published, HashCache hashes) {
        this.engine = engine;
        this.index = index;
        this.published = published;
        this.hashes = hashes;
        finishedRevision = mark(engine, Buckets.FINISHED_COMPACT_REVISION);
        scheduledRevision = mark(engine, Buckets.SCHEDULED_COMPACT_REVISION);
        if (scheduledRevision > finishedRevision) {
            tasks.add(new Task(scheduledRevision, finishedRevision, false));
        }
    }

    private static long mark(StorageReader storage, Bytes key) {
        Bytes value = storage.get(Buckets.META, key);
        return value == null ? -1 : RevisionKeys.main(value);
    }

    long finishedRevision() {
        return finishedRevision;
    }

    long scheduledRevision() {
        return scheduledRevision;
    }

    void schedule(long revision, long previousRevision, WriteBatch batch) {
        tasks.add(new Task(revision, previousRevision, scheduledRevision == finishedRevision));
        scheduledRevision = revision;
        batch.put(Buckets.META, Buckets.SCHEDULED_COMPACT_REVISION, RevisionKeys.of(revision, 0));
    }

    boolean pending() {
        Task task = tasks.peek();
        return task != null && task.revision() <= published.get().compactRevision();
    }

    boolean step(WriteBatch batch, int limit) {
        Task task = tasks.peek();
        PublishedState state = published.get();
        if (task == null || task.revision() > state.compactRevision()) {
            return false;
        }
        if (run == null) {
            run = new Run(task, state.index(), engine);
        }
        // The index not before the rows: the walk asks it what was needed at that revision.
        if (run.step(engine, batch, limit) || index.compact(task.revision(), limit)) {
            return true;
        }
        if (task.hashed()) {
            hashes.store(new HashCache.Hash(run.hasher.hash(), task.previousRevision(), task.revision()));
        }
        batch.put(Buckets.META, Buckets.FINISHED_COMPACT_REVISION, RevisionKeys.of(task.revision(), 0));
        finishedRevision = task.revision();
        run = null;
        tasks.remove();
        return pending();
    }

    /** A compaction under way. */
    private static final class Run {
        private final Task task;
        private final VersionIndex.View index;
        private final KvHasher hasher;
        private final Version version = new Version();
        private Bytes from = RevisionKeys.of(0, 0);
        private boolean done;

        Run(Task task, VersionIndex.View index, StorageReader storage) {
            this.task = task;
            this.index = index;
            boolean selects = KvHasher.anyKey(index, task.revision()) || hasTombstone(storage, task.revision());
            this.hasher = new KvHasher(task.previousRevision(), task.revision(), index, selects);
        }

        private static boolean hasTombstone(StorageReader storage, long main) {
            Bytes from = RevisionKeys.of(main, 0);
            try (StorageReader.Cursor cursor = storage.scan(Buckets.KEY, from, RevisionKeys.of(main + 1, 0), false)) {
                while (cursor.next()) {
                    if (RevisionKeys.isTombstone(cursor.key())) {
                        return true;
                    }
                }
            }
            return false;
        }

        /** Returns false when the last row was looked at. */
        boolean step(StorageReader storage, WriteBatch batch, int limit) {
            if (done) {
                return false;
            }
            try (StorageReader.Cursor cursor =
                    storage.scan(Buckets.KEY, from, RevisionKeys.of(task.revision() + 1, 0), false)) {
                for (int i = 0; i < limit; i++) {
                    if (!cursor.next()) {
                        done = true;
                        return false;
                    }
                    Bytes key = cursor.key();
                    Bytes value = cursor.value();
                    boolean kept = keeps(key, value);
                    hasher.add(key, value);
                    if (!kept) {
                        batch.delete(Buckets.KEY, key);
                    }
                    from = RevisionKeys.of(RevisionKeys.main(key), RevisionKeys.sub(key) + 1);
                }
            }
            return true;
        }

        private boolean keeps(Bytes key, Bytes record) {
            if (RevisionKeys.isTombstone(key)) {
                // The tombstone of the very revision stays, for members that differ in this must not differ in hashes.
                return RevisionKeys.main(key) == task.revision();
            }
            return index.find(StoredRecords.key(record), task.revision(), version)
                    && version.main() == RevisionKeys.main(key)
                    && version.sub() == RevisionKeys.sub(key);
        }
    }
}
