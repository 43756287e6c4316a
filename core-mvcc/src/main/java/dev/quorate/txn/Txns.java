/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.txn;

import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RequestOp;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.model.ResponseOp;
import dev.quorate.api.model.TxnRequest;
import dev.quorate.api.model.TxnResponse;
import dev.quorate.mvcc.KeyView;
import dev.quorate.mvcc.MvccWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apiguardian.api.API;

/**
 * Decides transactions and does them.
 *
 * <p>Deciding comes first and for all operations: which branches are taken, and whether each operation in them can be
 * done. Real etcd 3.7.1 checks puts that keep value or lease against the state before the transaction only, and dies
 * when the transaction itself has deleted such a key; here that is refused like any other missing key.
 */
@API(status = API.Status.EXPERIMENTAL)
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
        return all(request, op -> op instanceof RangeRequest);
    }

    /**
     * Tells whether a transaction may be answered from this member's own state: it is read only, and all ranges are
     * serializable.
     *
     * @param request the request
     * @return true if so, also if there is no operation
     */
    public static boolean isSerializable(TxnRequest request) {
        return all(request, op -> op instanceof RangeRequest range && range.serializable());
    }

    private static boolean all(TxnRequest request, Predicate<RequestOp> test) {
        return request.success().stream().allMatch(test)
                && request.failure().stream().allMatch(test);
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
        Decision decision = Decision.of(view, request);
        decision.check(view, put -> {});
        return answer(decision, view, op -> {
            throw new IllegalArgumentException("not read only: " + op);
        });
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
        KeyView view = writer.view();
        Decision decision = Decision.of(view, request);
        decision.check(view, writer::checkPut);
        return writer.inOneRevision(() -> answer(decision, view, op -> change(writer, op)));
    }

    private static ResponseOp change(MvccWriter writer, RequestOp op) {
        if (op instanceof PutRequest put) {
            return writer.put(put);
        } else if (op instanceof DeleteRangeRequest delete) {
            return writer.deleteRange(delete);
        }
        throw new IllegalArgumentException("not an operation: " + op);
    }

    private static TxnResponse answer(Decision decision, KeyView view, Function<RequestOp, ResponseOp> change) {
        List<ResponseOp> responses = responses(decision, view, change);
        return new TxnResponse(ResponseHeader.ofRevision(view.revision()), decision.succeeded(), responses);
    }

    private static List<ResponseOp> responses(Decision decision, KeyView view, Function<RequestOp, ResponseOp> change) {
        List<ResponseOp> responses = new ArrayList<>(decision.ops().size());
        int nested = 0;
        for (RequestOp op : decision.ops()) {
            if (op instanceof RangeRequest range) {
                responses.add(view.range(range));
            } else if (op instanceof TxnRequest) {
                Decision inner = decision.nested().get(nested++);
                // The answer of a nested transaction tells no revision, as etcd's.
                responses.add(new TxnResponse(
                        ResponseHeader.ofRevision(0), inner.succeeded(), responses(inner, view, change)));
            } else {
                responses.add(change.apply(op));
            }
        }
        return responses;
    }
}
