/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.inbound.RangeStream;
import dev.quorate.api.model.HashKvResponse;
import dev.quorate.api.model.HashResponse;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageReader;
import dev.quorate.mvcc.index.KeyIndex;
import dev.quorate.mvcc.index.VanishedException;
import dev.quorate.mvcc.index.VersionIndex;
import dev.quorate.mvcc.index.VersionIndex.Version;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.RevisionKeys;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Keys and their history: the reader's side. Thread-safe; no method waits for the writer.
 *
 * <p>Answers carry a header with nothing but the revision.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class MvccStore {
    private final StorageEngine engine;
    private final Hashes hashes;
    private final MvccWriter writer;
    private volatile PublishedState state;

    private MvccStore(StorageEngine engine, LeaseBook leases, VersionIndex index) {
        this.engine = engine;
        HashCache cache = new HashCache();
        hashes = new Hashes(engine, this::state, cache);
        Restore restore = new Restore(index);
        long last = restore.run(engine);
        restore.attach(leases);
        Compactions compactions = new Compactions(engine, index, this::state, cache);
        // The newest records may be gone by compaction: then its marks tell how far the store had come.
        long compact = Math.max(compactions.finishedRevision(), compactions.scheduledRevision());
        state = new PublishedState(engine, index.publish(), Math.max(last, compact), compact);
        writer = new MvccWriter(this, index, leases, compactions);
    }

    /**
     * Opens the store that lies in an engine: reads every record once and builds the index. An unfinished compaction
     * goes on with {@link MvccWriter#compactionStep}.
     *
     * @param engine where records lie
     * @param leases is told which live keys hang on which leases; must know the leases already
     * @return the store
     * @throws dev.quorate.api.storage.StorageException if storage fails
     */
    public static MvccStore open(StorageEngine engine, LeaseBook leases) {
        return new MvccStore(engine, leases, new KeyIndex());
    }

    /**
     * Returns the writer's side, for the one thread that applies.
     *
     * @return the same one at each call
     */
    public MvccWriter writer() {
        return writer;
    }

    /**
     * Asks something of the published state.
     *
     * @param <T> kind of the answer
     * @param question asks the view, which does not change; it is asked again of a newer state if compaction takes
     *     records from under it, so it must not keep anything
     * @return its answer
     */
    public <T> T read(Function<KeyView, T> question) {
        while (true) {
            PublishedState seen = state;
            try {
                return question.apply(seen);
            } catch (VanishedException e) {
                if (state.compactRevision() == seen.compactRevision()) {
                    throw new IllegalStateException("storage has lost a record", e);
                }
            }
        }
    }

    /**
     * Returns the published revision.
     *
     * @return the main revision, at least 1
     */
    public long revision() {
        return state.revision();
    }

    /**
     * Returns the published compact revision.
     *
     * @return the revision below which history is gone; -1 before the first compaction
     */
    public long compactRevision() {
        return state.compactRevision();
    }

    /**
     * Reads a range with all its options. Reads from disk; {@link #count} tells beforehand how much.
     *
     * @param request what to read
     * @return the answer
     * @throws dev.quorate.api.error.EtcdException {@code FUTURE_REV} or {@code COMPACTED}
     */
    public RangeResponse range(RangeRequest request) {
        return read(view -> view.range(request));
    }

    /**
     * Counts the keys of a range in the published state, in time that does not grow with the count.
     *
     * @param range which keys
     * @return how many there are
     */
    public long count(KeyRange range) {
        return read(view -> {
            RangeRequest request = RangeRequest.builder(range).countOnly(true).build();
            return view.range(request).count();
        });
    }

    /**
     * Reads a range in pieces.
     *
     * @param request what to read, checked by {@code TxnChecks.checkStream}
     * @param targetBytes about how large a piece is to be (etcd takes its limit of request bytes)
     * @return the pieces; each one reads when it is taken
     * @throws dev.quorate.api.error.EtcdException {@code FUTURE_REV} or {@code COMPACTED}
     */
    public RangeStream rangeStream(RangeRequest request, long targetBytes) {
        return new PagedRange(this, request, targetBytes);
    }

    /**
     * Hashes all key records up to a revision. May take long.
     *
     * @param revision up to which revision, 0 for the published one
     * @return the answer, equal to etcd's after the same history
     * @throws dev.quorate.api.error.EtcdException {@code FUTURE_REV} or {@code COMPACTED}
     */
    public HashKvResponse hashKv(long revision) {
        return hashes.hashKv(revision);
    }

    /**
     * Hashes every bucket. May take long.
     *
     * @return the answer
     */
    public HashResponse hash() {
        return hashes.hash();
    }

    /**
     * Shows the changes of some published revisions in order. Reads from disk.
     *
     * @param fromMain first revision
     * @param toMain last revision, inclusive; what is not published yet is left out
     * @param visitor takes the changes
     * @throws dev.quorate.api.error.EtcdException {@code COMPACTED} if {@code fromMain} is below the compact revision
     */
    public void changes(long fromMain, long toMain, ChangeVisitor visitor) {
        long end = Math.min(toMain, state.revision()) + 1;
        if (fromMain < state.compactRevision()) {
            throw EtcdError.COMPACTED.exception();
        }
        if (fromMain >= end) {
            return;
        }
        try (StorageReader.Cursor cursor =
                engine.scan(Buckets.KEY, RevisionKeys.of(Math.max(0, fromMain), 0), RevisionKeys.of(end, 0), false)) {
            if (fromMain < state.compactRevision()) {
                throw EtcdError.COMPACTED.exception(); // overtaken before the cursor fixed what it sees
            }
            boolean wanted = true;
            while (wanted && cursor.next()) {
                wanted = visitor.visit(StoredRecords.change(cursor.key(), cursor.value()));
            }
        }
    }

    /**
     * Returns the record that a key had at a revision: what an event shows as previous value.
     *
     * @param key the key
     * @param main the revision
     * @return the message {@code mvccpb.KeyValue}; null if the key was not there, or the revision is compacted or not
     *     published yet
     */
    public @Nullable Bytes recordAt(Bytes key, long main) {
        PublishedState seen = state;
        if (main < seen.compactRevision() || main > seen.revision()) {
            return null;
        }
        try {
            Version version = new Version();
            return seen.index().find(key, main, version)
                    ? new EngineRecords(engine).record(version.main(), version.sub())
                    : null;
        } catch (VanishedException e) {
            if (main < state.compactRevision()) {
                return null;
            }
            throw new IllegalStateException("storage has lost a record", e);
        }
    }

    StorageEngine engine() {
        return engine;
    }

    PublishedState state() {
        return state;
    }

    void publish(PublishedState next) {
        state = next;
    }
}
