/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.txn;

import dev.quorate.api.model.TxnRequest;
import dev.quorate.api.model.TxnResponse;
import dev.quorate.mvcc.KeyView;
import dev.quorate.mvcc.MvccWriter;
import org.apiguardian.api.API;

/** Decides transactions and does them. */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings("DoNotCallSuggester") // bodies follow
public final class Txns {
    private Txns() {}

    /**
     * Tells whether a transaction can be answered without a proposal: all operations of both branches are ranges. A
     * nested transaction is never read only.
     *
     * @param request the request
     * @return true if so
     */
    public static boolean isReadOnly(TxnRequest request) {
        throw new UnsupportedOperationException();
    }

    /**
     * Tells whether a transaction may be answered from this member's own state: it is read only, and all ranges are
     * serializable.
     *
     * @param request the request
     * @return true if so, also if there is no operation
     */
    public static boolean isSerializable(TxnRequest request) {
        throw new UnsupportedOperationException();
    }

    /**
     * Does a transaction that is read only.
     *
     * @param view the state
     * @param request the request
     * @return the answer
     * @throws dev.quorate.api.error.EtcdException {@code FUTURE_REV} or {@code COMPACTED}
     */
    public static TxnResponse read(KeyView view, TxnRequest request) {
        throw new UnsupportedOperationException();
    }

    /**
     * Does a transaction in one revision, or nothing.
     *
     * @param writer where
     * @param request the request; passed {@link TxnChecks}
     * @return the answer
     * @throws dev.quorate.api.error.EtcdException {@code FUTURE_REV}, {@code COMPACTED}, {@code LEASE_NOT_FOUND} or
     *     {@code KEY_NOT_FOUND}; nothing has changed then
     */
    public static TxnResponse write(MvccWriter writer, TxnRequest request) {
        throw new UnsupportedOperationException();
    }
}
