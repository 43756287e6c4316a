/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.txn;

import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.TxnRequest;
import org.apiguardian.api.API;

/**
 * Refuses what a request cannot ask, before it is proposed. Every method throws
 * {@link dev.quorate.api.error.EtcdException} with etcd's code and text. Immutable.
 */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings("DoNotCallSuggester") // bodies follow
public final class TxnChecks {
    /**
     * Creates the checks.
     *
     * @param opsMax how many compares, or operations of one branch, a transaction may have
     */
    public TxnChecks(int opsMax) {}

    /**
     * Checks a range.
     *
     * @param request the request
     */
    public void check(RangeRequest request) {
        throw new UnsupportedOperationException();
    }

    /**
     * Checks a range that is read in pieces.
     *
     * @param request the request
     */
    public void checkStream(RangeRequest request) {
        throw new UnsupportedOperationException();
    }

    /**
     * Checks a put.
     *
     * @param request the request
     */
    public void check(PutRequest request) {
        throw new UnsupportedOperationException();
    }

    /**
     * Checks a deletion.
     *
     * @param request the request
     */
    public void check(DeleteRangeRequest request) {
        throw new UnsupportedOperationException();
    }

    /**
     * Checks a transaction with all that is nested in it.
     *
     * @param request the request
     */
    public void check(TxnRequest request) {
        throw new UnsupportedOperationException();
    }
}
