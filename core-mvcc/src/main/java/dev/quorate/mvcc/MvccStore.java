/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.inbound.RangeStream;
import dev.quorate.api.model.HashKvResponse;
import dev.quorate.api.model.HashResponse;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.storage.StorageEngine;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Keys and their history: the reader's side. Thread-safe; no method waits for the writer.
 *
 * <p>Answers carry a header with nothing but the revision.
 */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings("DoNotCallSuggester") // bodies follow
public final class MvccStore {
    private MvccStore() {}

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
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the writer's side, for the one thread that applies.
     *
     * @return the same one at each call
     */
    public MvccWriter writer() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the published state.
     *
     * @return a view that does not change; reads from it fail with {@code COMPACTED} only if asked for a compacted
     *     revision
     */
    public KeyView view() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the published revision.
     *
     * @return the main revision, at least 1
     */
    public long revision() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the published compact revision.
     *
     * @return the revision below which history is gone; -1 before the first compaction
     */
    public long compactRevision() {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads a range with all its options. Reads from disk; {@link #count} tells beforehand how much.
     *
     * @param request what to read
     * @return the answer
     * @throws dev.quorate.api.error.EtcdException {@code FUTURE_REV} or {@code COMPACTED}
     */
    public RangeResponse range(RangeRequest request) {
        throw new UnsupportedOperationException();
    }

    /**
     * Counts the keys of a range in the published state, in time that does not grow with the count.
     *
     * @param range which keys
     * @return how many there are
     */
    public long count(KeyRange range) {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }

    /**
     * Hashes all key records up to a revision. May take long.
     *
     * @param revision up to which revision, 0 for the published one
     * @return the answer, equal to etcd's after the same history
     * @throws dev.quorate.api.error.EtcdException {@code FUTURE_REV} or {@code COMPACTED}
     */
    public HashKvResponse hashKv(long revision) {
        throw new UnsupportedOperationException();
    }

    /**
     * Hashes every bucket. May take long.
     *
     * @return the answer
     */
    public HashResponse hash() {
        throw new UnsupportedOperationException();
    }

    /**
     * Shows the changes of some published revisions in order. Reads from disk.
     *
     * @param fromMain first revision
     * @param toMain last revision, inclusive; what is not published yet is left out
     * @param visitor takes the changes
     * @throws dev.quorate.api.error.EtcdException {@code COMPACTED} if {@code fromMain} is below the compact revision,
     *     before or while the changes are read
     */
    public void changes(long fromMain, long toMain, ChangeVisitor visitor) {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the record that a key had at a revision: what an event shows as previous value.
     *
     * @param key the key
     * @param main the revision
     * @return the message {@code mvccpb.KeyValue}; null if the key was not there, or the revision is compacted
     */
    public @Nullable Bytes recordAt(Bytes key, long main) {
        throw new UnsupportedOperationException();
    }
}
