/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.model.CompactionResponse;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.DeleteRangeResponse;
import dev.quorate.api.model.EventType;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.model.KeyValues;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.PutResponse;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.mvcc.index.VersionIndex;
import dev.quorate.mvcc.index.VersionIndex.Version;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.RevisionKeys;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Keys and their history: the writer's side, confined to the thread that applies.
 *
 * <pre>{@code
 * writer.begin(batch);
 * for (entry : committed) { writer.put(…); Txns.write(writer, …); … }   // into the batch, seen by writer.view() only
 * batch.put(META, CONSISTENT_INDEX, …);
 * engine.write(batch, index);
 * writer.publish();                                                     // readers see it from here on
 * watch.tell(writer.takeChanges());
 * }</pre>
 *
 * <p>A method that throws {@link dev.quorate.api.error.EtcdException} has changed nothing. Answers carry a header with
 * nothing but the revision.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class MvccWriter {
    private final MvccStore store;
    private VersionIndex index;
    private final LeaseBook leases;
    private Compactions compactions;
    private final DraftRecords records;
    private final KeyView view = new DraftView();
    private final Version found = new Version();
    private final byte[] revisionKey = new byte[RevisionKeys.TOMBSTONE_LENGTH];

    private @Nullable WriteBatch batch;
    private long revision;
    private long compactRevision;
    private int generation;
    private boolean grouped; // several changes go into one revision
    private List<Change> open = new ArrayList<>(1); // changes of the revision that is being made
    private List<RevisionChanges> done = new ArrayList<>();

    MvccWriter(MvccStore store, LeaseBook leases, MvccStore.Loaded loaded) {
        this.store = store;
        this.leases = leases;
        records = new DraftRecords(store.engine());
        index = loaded.index();
        compactions = loaded.compactions();
        revision = loaded.state().revision();
        compactRevision = loaded.state().compactRevision();
    }

    /**
     * Puts another state of the same history in place of this one, of a later entry of the log: reads all of it and
     * publishes it. What this writer has done before must be published. Reads under way end as if they had been before
     * or after it, or are told to try again ({@link ReplacedException}).
     *
     * @param change changes the rows in the engine and then the leases that keys are attached to; if it throws, the
     *     store cannot be read any more
     */
    public void replace(Runnable change) {
        if (batch != null || !done.isEmpty()) {
            throw new IllegalStateException("revision " + revision + " is not published or its changes are not taken");
        }
        MvccStore.Loaded loaded = store.replace(change, leases);
        index = loaded.index();
        compactions = loaded.compactions();
        revision = loaded.state().revision();
        compactRevision = loaded.state().compactRevision();
        generation = loaded.state().generation();
    }

    /**
     * Says where the rows of the coming changes go.
     *
     * @param target the batch, until the next {@link #publish}
     */
    public void begin(WriteBatch target) {
        batch = target;
    }

    /**
     * Returns the state with all that was done so far.
     *
     * @return the same view at each call; it follows the writer
     */
    public KeyView view() {
        return view;
    }

    /**
     * Stores a value.
     *
     * @param request what to store; passed {@code TxnChecks}
     * @return the answer
     * @throws dev.quorate.api.error.EtcdException {@code LEASE_NOT_FOUND} or {@code KEY_NOT_FOUND}
     */
    public PutResponse put(PutRequest request) {
        checkPut(request);
        Bytes key = request.key();
        long main = revision + 1;
        boolean there = index.draft().find(key, main, found);
        KeyValue previous = null;
        if (request.ignoreValue() || request.ignoreLease() || request.prevKv()) {
            if (there) {
                previous = KeyValue.decode(records.record(found.main(), found.sub()));
            } else if (request.ignoreValue() || request.ignoreLease()) {
                throw EtcdError.KEY_NOT_FOUND.exception();
            }
        }
        Bytes value = request.ignoreValue() && previous != null ? previous.value() : request.value();
        long lease = request.ignoreLease() && previous != null ? previous.lease() : request.lease();
        long create = there ? found.create() : main;
        long version = there ? found.version() + 1 : 1;
        long sub = open.size();
        Bytes record = new KeyValue(key, create, main, version, value, lease).encode();
        RevisionKeys.write(revisionKey, 0, main, sub);
        batch().put(
                        Buckets.KEY,
                        revisionKey,
                        0,
                        RevisionKeys.LENGTH,
                        record.sharedArray(),
                        record.sharedOffset(),
                        record.length());
        records.add(main, sub, record);
        index.put(key, main, sub, create, version);
        move(key, there ? leases.leaseOf(key) : 0, lease);
        changed(new Change(EventType.PUT, create == main, main, sub, key, record));
        return new PutResponse(ResponseHeader.ofRevision(main), request.prevKv() ? previous : null);
    }

    /**
     * Refuses a put whose lease is not there. {@code Txns} asks beforehand.
     *
     * @param request what would be stored
     * @throws dev.quorate.api.error.EtcdException {@code LEASE_NOT_FOUND}
     */
    public void checkPut(PutRequest request) {
        if (request.lease() != 0 && !leases.exists(request.lease())) {
            throw EtcdError.LEASE_NOT_FOUND.exception();
        }
    }

    private void move(Bytes key, long from, long to) {
        if (from == to) {
            return;
        }
        if (from != 0) {
            leases.detach(from, key);
        }
        if (to != 0) {
            leases.attach(to, key.compact());
        }
    }

    /**
     * Deletes a range.
     *
     * @param request what to delete
     * @return the answer
     */
    public DeleteRangeResponse deleteRange(DeleteRangeRequest request) {
        KeyValues.Builder previous = new KeyValues.Builder();
        List<Bytes> keys = new ArrayList<>();
        index.draft().scan(request.range(), revision + 1, (key, offset, length, version) -> {
            if (request.prevKv()) {
                previous.add(records.record(version.main(), version.sub()));
            }
            keys.add(Bytes.copyOf(key, offset, length));
            return true;
        });
        deleteAll(keys);
        long seen = grouped ? view.revision() : revision;
        return new DeleteRangeResponse(ResponseHeader.ofRevision(seen), keys.size(), previous.build());
    }

    /**
     * Deletes the keys of a lease that ends, in the order of the keys, all in one revision.
     *
     * @param keys the keys, in any order; those that are not there are skipped
     * @return how many were deleted
     */
    public long deleteKeys(Collection<Bytes> keys) {
        List<Bytes> there = new ArrayList<>(keys.size());
        for (Bytes key : keys) {
            if (index.draft().find(key, revision + 1, found)) {
                there.add(key);
            }
        }
        there.sort(null);
        deleteAll(there);
        return there.size();
    }

    private void deleteAll(List<Bytes> keys) {
        boolean outer = grouped;
        grouped = true;
        for (Bytes key : keys) {
            delete(key);
        }
        grouped = outer;
        close();
    }

    private void delete(Bytes key) {
        long main = revision + 1;
        long sub = open.size();
        batch().put(Buckets.KEY, RevisionKeys.ofTombstone(main, sub), StoredRecords.tombstone(key));
        index.tombstone(key, main, sub);
        move(key, leases.leaseOf(key), 0);
        changed(new Change(EventType.DELETE, false, main, sub, key, StoredRecords.deletion(key, main)));
    }

    /**
     * Does several changes in one revision.
     *
     * @param <T> kind of the answer
     * @param work calls the methods of this writer; must not fail once it has changed something
     * @return what the work returned
     */
    public <T> T inOneRevision(Supplier<T> work) {
        if (grouped) {
            throw new IllegalStateException("revision " + (revision + 1) + " is being made already");
        }
        grouped = true;
        try {
            return work.get();
        } catch (EtcdException e) {
            if (!open.isEmpty()) {
                throw new IllegalStateException("revision " + (revision + 1) + " was left half done", e);
            }
            throw e;
        } finally {
            grouped = false;
            close();
        }
    }

    private void changed(Change change) {
        open.add(change);
        if (!grouped) {
            close();
        }
    }

    private void close() {
        if (!grouped && !open.isEmpty()) {
            revision++;
            done.add(new RevisionChanges(revision, open));
            open = new ArrayList<>(1);
        }
    }

    /**
     * Forgets history: logically at once, physically by {@link #compactionStep}.
     *
     * @param request up to where
     * @return the answer
     * @throws dev.quorate.api.error.EtcdException {@code COMPACTED} or {@code FUTURE_REV}
     */
    public CompactionResponse compact(CompactionRequest request) {
        if (request.revision() <= compactRevision) {
            throw EtcdError.COMPACTED.exception();
        }
        if (request.revision() > revision) {
            throw EtcdError.FUTURE_REV.exception();
        }
        compactions.schedule(request.revision(), compactRevision, batch());
        compactRevision = request.revision();
        return new CompactionResponse(ResponseHeader.ofRevision(revision));
    }

    /**
     * Returns up to which revision compaction has ended physically.
     *
     * @return the revision; -1 before the first compaction
     */
    public long compactedRevision() {
        return compactions.finishedRevision();
    }

    /**
     * Tells whether a published compaction still has rows to remove.
     *
     * @return true if {@link #compactionStep} has something to do
     */
    public boolean compactionPending() {
        return compactions.pending();
    }

    /**
     * Does a bounded part of the physical compaction. What it takes out counts as gone at once: the caller writes the
     * batch to the engine before the next call. The last step also trims the index, which readers see after the next
     * {@link #publish}.
     *
     * @param target takes the deletions, and at the end the mark that the compaction is done
     * @param limit at most so many rows are looked at
     * @return whether there is more to do
     */
    public boolean compactionStep(WriteBatch target, int limit) {
        return compactions.step(target, limit);
    }

    /** Shows readers everything done so far. Called after the batch was written to the engine. */
    public void publish() {
        store.publish(new PublishedState(store.engine(), index.publish(), revision, compactRevision, generation, true));
        records.clear();
        batch = null;
    }

    /**
     * Hands over what has changed since the last call.
     *
     * @return the changes by revision
     */
    public List<RevisionChanges> takeChanges() {
        List<RevisionChanges> taken = done;
        done = new ArrayList<>();
        return taken;
    }

    private WriteBatch batch() {
        if (batch == null) {
            throw new IllegalStateException("there is no batch");
        }
        return batch;
    }

    /** What was done so far. */
    private final class DraftView implements KeyView {
        @Override
        public long revision() {
            return open.isEmpty() ? revision : revision + 1;
        }

        @Override
        public long compactRevision() {
            return compactRevision;
        }

        @Override
        public RangeResponse range(RangeRequest request) {
            return reader().range(request);
        }

        @Override
        public boolean exists(Bytes key) {
            return reader().exists(key);
        }

        @Override
        public Outcome test(KeyRange range, boolean withRecords, Predicate<KeyValue> test) {
            return reader().test(range, withRecords, test);
        }

        private RangeReader reader() {
            return new RangeReader(index.draft(), records, revision(), compactRevision);
        }
    }
}
