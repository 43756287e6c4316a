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
import dev.quorate.api.storage.StorageSnapshot;
import dev.quorate.mvcc.index.KeyIndex;
import dev.quorate.mvcc.index.VanishedException;
import dev.quorate.mvcc.index.VersionIndex;
import dev.quorate.mvcc.index.VersionIndex.Version;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.RevisionKeys;
import java.util.concurrent.CompletableFuture;
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
    private final HashCache hashCache = new HashCache();
    private final Hashes hashes;
    private final MvccWriter writer;
    private volatile PublishedState state;

    /** Done unless the state is being replaced; changed before the first row is, and done after the last one was. */
    private volatile CompletableFuture<Void> readable = CompletableFuture.completedFuture(null);

    private MvccStore(StorageEngine engine, LeaseBook leases) {
        this.engine = engine;
        hashes = new Hashes(this, hashCache);
        Loaded loaded = load(leases, 0);
        state = loaded.state();
        writer = new MvccWriter(this, leases, loaded);
    }

    /**
     * What lies in the engine, as a writer goes on with it.
     *
     * @param index the index of all records
     * @param compactions what is left to do of them
     * @param state what readers see of it
     */
    record Loaded(VersionIndex index, Compactions compactions, PublishedState state) {}

    /** Reads all records. */
    private Loaded load(LeaseBook leases, int generation) {
        VersionIndex index = new KeyIndex();
        Restore restore = new Restore(index);
        long last = restore.run(engine);
        restore.attach(leases);
        Compactions compactions = new Compactions(engine, index, this::state, hashCache);
        // The newest records may be gone by compaction: then its marks tell how far the store had come.
        long compact = Math.max(compactions.finishedRevision(), compactions.scheduledRevision());
        long revision = Math.max(last, compact);
        return new Loaded(
                index, compactions, new PublishedState(engine, index.publish(), revision, compact, generation, true));
    }

    /**
     * Puts another state in place of this one. Readers go on with the old one as far as its records are still there;
     * then they are told to wait.
     *
     * @param change changes the rows, and the leases that keys are attached to
     * @param leases is told which live keys hang on which leases
     * @return the new state, published already
     */
    Loaded replace(Runnable change, LeaseBook leases) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        readable = done;
        try {
            change.run();
            PublishedState old = state;
            // Two indexes at a time would need twice the memory.
            state = new PublishedState(
                    engine, new KeyIndex().publish(), old.revision(), old.compactRevision(), old.generation(), false);
            Loaded loaded = load(leases, old.generation() + 1);
            state = loaded.state();
            done.complete(null);
            return loaded;
        } catch (RuntimeException | Error e) {
            done.completeExceptionally(e);
            throw e;
        }
    }

    private boolean isReadable() {
        CompletableFuture<Void> last = readable;
        return last.isDone() && !last.isCompletedExceptionally();
    }

    /**
     * Returns when reads that ended in {@link ReplacedException} may be tried again.
     *
     * @return done when the state was replaced, at once if it is not being replaced; fails if that has failed, and then
     *     the member ends
     */
    public CompletableFuture<Void> whenReadable() {
        return readable.copy();
    }

    /** Returns the state, unless it is being replaced and cannot be read meanwhile. */
    PublishedState readableState() {
        PublishedState seen = state;
        if (!seen.readable()) {
            throw new ReplacedException();
        }
        return seen;
    }

    /**
     * Checks what was fixed of the rows after a state was taken: that they are those which that state goes with.
     *
     * @throws ReplacedException if other rows are being put in their place, or were
     */
    void checkStill(PublishedState seen) {
        if (!isReadable() || state.generation() != seen.generation()) {
            throw new ReplacedException();
        }
    }

    /** Returns if it is no wonder that a record of a state has vanished; then it is worth while to ask again. */
    void checkVanished(PublishedState seen, VanishedException cause) {
        checkStill(seen);
        if (state.compactRevision() == seen.compactRevision()) {
            throw new IllegalStateException("storage has lost a record", cause);
        }
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
        return new MvccStore(engine, leases);
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
     * @throws ReplacedException if the state is being replaced
     */
    public <T> T read(Function<KeyView, T> question) {
        while (true) {
            PublishedState seen = readableState();
            try {
                return question.apply(seen);
            } catch (VanishedException e) {
                checkVanished(seen, e);
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
     * Fixes everything that is stored, keys and all else, as the log has it at one of its entries.
     *
     * @return the state; close it
     * @throws ReplacedException if the state is being replaced
     */
    public StorageSnapshot snapshot() {
        PublishedState seen = readableState();
        StorageSnapshot snapshot = engine.snapshot();
        try {
            checkStill(seen);
            return snapshot;
        } catch (ReplacedException e) {
            snapshot.close();
            throw e;
        }
    }

    /**
     * Shows the changes of some published revisions in order. Reads from disk.
     *
     * @param fromMain first revision
     * @param toMain last revision, inclusive; what is not published yet is left out
     * @param visitor takes the changes
     * @throws dev.quorate.api.error.EtcdException {@code COMPACTED} if {@code fromMain} is below the compact revision
     * @throws ReplacedException if the state is being replaced; the visitor has seen nothing
     */
    public void changes(long fromMain, long toMain, ChangeVisitor visitor) {
        PublishedState seen = readableState();
        long end = Math.min(toMain, seen.revision()) + 1;
        if (fromMain < seen.compactRevision()) {
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
            checkStill(seen);
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
     * @throws ReplacedException if the state is being replaced
     */
    public @Nullable Bytes recordAt(Bytes key, long main) {
        PublishedState seen = readableState();
        if (main < seen.compactRevision() || main > seen.revision()) {
            return null;
        }
        try {
            Version version = new Version();
            return seen.index().find(key, main, version)
                    ? new EngineRecords(engine).record(version.main(), version.sub())
                    : null;
        } catch (VanishedException e) {
            checkStill(seen);
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
