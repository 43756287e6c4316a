/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.inbound;

import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.model.CompactionResponse;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.DeleteRangeResponse;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.PutResponse;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.TxnRequest;
import dev.quorate.api.model.TxnResponse;
import java.util.concurrent.CompletableFuture;
import org.apiguardian.api.API;

/**
 * Reads and changes keys. Changes are answered when they are durable and applied, reads are linearizable unless they
 * ask for less.
 *
 * <p>Answers come as futures that fail with {@link dev.quorate.api.error.EtcdException} for expected outcomes. No
 * method blocks or throws; futures are completed on a thread of the member, which must not be held up: go on with an
 * executor of your own for anything long. Thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface Kv {
    /**
     * Reads a range.
     *
     * @param request what to read
     * @return the answer
     */
    CompletableFuture<RangeResponse> range(RangeRequest request);

    /**
     * Reads a range in pieces, all of one revision.
     *
     * @param request what to read; sort and bounds of revisions are refused
     * @return the pieces, to be taken one by one
     */
    CompletableFuture<RangeStream> rangeStream(RangeRequest request);

    /**
     * Stores a value.
     *
     * @param request what to store
     * @return the answer
     */
    CompletableFuture<PutResponse> put(PutRequest request);

    /**
     * Deletes a range.
     *
     * @param request what to delete
     * @return the answer
     */
    CompletableFuture<DeleteRangeResponse> deleteRange(DeleteRangeRequest request);

    /**
     * Does one of two lists of operations at once.
     *
     * @param request conditions and operations
     * @return the answer
     */
    CompletableFuture<TxnResponse> txn(TxnRequest request);

    /**
     * Forgets history.
     *
     * @param request up to where
     * @return the answer
     */
    CompletableFuture<CompactionResponse> compact(CompactionRequest request);
}
