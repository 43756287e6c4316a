/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.model.CompactionResponse;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.DeleteRangeResponse;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.PutResponse;
import dev.quorate.api.storage.WriteBatch;
import java.util.Collection;
import java.util.List;
import org.apiguardian.api.API;

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
@SuppressWarnings("DoNotCallSuggester") // bodies follow
public final class MvccWriter {
    MvccWriter() {}

    /**
     * Says where the rows of the coming changes go.
     *
     * @param batch the batch, until the next {@link #publish}
     */
    public void begin(WriteBatch batch) {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the state with all that was done so far.
     *
     * @return the same view at each call; it follows the writer
     */
    public KeyView view() {
        throw new UnsupportedOperationException();
    }

    /**
     * Stores a value.
     *
     * @param request what to store; passed {@code TxnChecks}
     * @return the answer
     * @throws dev.quorate.api.error.EtcdException {@code LEASE_NOT_FOUND} or {@code KEY_NOT_FOUND}
     */
    public PutResponse put(PutRequest request) {
        throw new UnsupportedOperationException();
    }

    /**
     * Deletes a range.
     *
     * @param request what to delete
     * @return the answer
     */
    public DeleteRangeResponse deleteRange(DeleteRangeRequest request) {
        throw new UnsupportedOperationException();
    }

    /**
     * Deletes the keys of a lease that ends, in the order of the keys, all in one revision.
     *
     * @param keys the keys, in any order; those that are not there are skipped
     * @return how many were deleted
     */
    public long deleteKeys(Collection<Bytes> keys) {
        throw new UnsupportedOperationException();
    }

    /**
     * Forgets history: logically at once, physically by {@link #compactionStep}.
     *
     * @param request up to where
     * @return the answer
     * @throws dev.quorate.api.error.EtcdException {@code COMPACTED} or {@code FUTURE_REV}
     */
    public CompactionResponse compact(CompactionRequest request) {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns up to which revision compaction has ended physically.
     *
     * @return the revision; -1 before the first compaction
     */
    public long compactedRevision() {
        throw new UnsupportedOperationException();
    }

    /**
     * Tells whether a published compaction still has rows to remove.
     *
     * @return true if {@link #compactionStep} has something to do
     */
    public boolean compactionPending() {
        throw new UnsupportedOperationException();
    }

    /**
     * Does a bounded part of the physical compaction. What it takes out counts as gone at once: the caller writes the
     * batch to the engine before the next call.
     *
     * @param batch takes the deletions, and at the end the mark that the compaction is done
     * @param limit at most so many rows are looked at
     * @return whether there is more to do
     */
    public boolean compactionStep(WriteBatch batch, int limit) {
        throw new UnsupportedOperationException();
    }

    /** Shows readers everything done so far. Called after the batch was written to the engine. */
    public void publish() {
        throw new UnsupportedOperationException();
    }

    /**
     * Hands over what has changed since the last call.
     *
     * @return the changes by revision
     */
    public List<RevisionChanges> takeChanges() {
        throw new UnsupportedOperationException();
    }
}
