/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import dev.quorate.wire.etcdserverpb.PutRequest;
import dev.quorate.wire.etcdserverpb.RequestOp;
import dev.quorate.wire.etcdserverpb.TxnRequest;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Transactions that real etcd 3.7.1 takes and does not survive. Its rule that a transaction may not change a key twice
 * does not see deletions "from a key on"; ours is the same, but bears what follows.
 */
final class Poison {
    private Poison() {}

    /** Such a deletion, and a put that needs what it deletes: real etcd ends, at every start again. */
    static boolean breaksApply(TxnRequest txn) {
        return anyOp(txn, Poison::isOpenDeletion)
                && anyOp(txn, op -> op.hasRequestPut() && needsPrevious(op.getRequestPut()));
    }

    /** Such a deletion and a put: real etcd breaks at a compaction to just this revision. */
    static boolean breaksCompaction(TxnRequest txn) {
        return anyOp(txn, Poison::isOpenDeletion) && anyOp(txn, RequestOp::hasRequestPut);
    }

    private static boolean isOpenDeletion(RequestOp op) {
        return op.hasRequestDeleteRange()
                && op.getRequestDeleteRange().getRangeEnd().equals(Scene.FROM_KEY);
    }

    private static boolean needsPrevious(PutRequest put) {
        return put.getIgnoreValue() || put.getIgnoreLease();
    }

    private static boolean anyOp(TxnRequest txn, Predicate<RequestOp> wanted) {
        return Stream.concat(txn.getSuccessList().stream(), txn.getFailureList().stream())
                .anyMatch(op -> wanted.test(op) || (op.hasRequestTxn() && anyOp(op.getRequestTxn(), wanted)));
    }
}
