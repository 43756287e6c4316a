/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.txn;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.model.Compare;
import dev.quorate.api.model.CompareTarget;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RequestOp;
import dev.quorate.api.model.TxnRequest;
import dev.quorate.mvcc.KeyView;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Which branches of a transaction are taken, nested ones too: all compares are held against the state before the first
 * operation.
 *
 * @param succeeded whether the compares held
 * @param ops the operations of the branch
 * @param nested a decision for each transaction among the operations, in order
 */
record Decision(boolean succeeded, List<RequestOp> ops, List<Decision> nested) {
    /** What a key that is not there compares as, unless by its value. */
    private static final KeyValue ABSENT = new KeyValue(Bytes.EMPTY, 0, 0, 0, Bytes.EMPTY, 0);

    static Decision of(KeyView view, TxnRequest request) {
        boolean succeeded = true;
        for (Compare compare : request.compares()) {
            if (!holds(view, compare)) {
                succeeded = false;
                break;
            }
        }
        List<RequestOp> ops = succeeded ? request.success() : request.failure();
        List<Decision> nested = new ArrayList<>(0);
        for (RequestOp op : ops) {
            if (op instanceof TxnRequest txn) {
                nested.add(of(view, txn));
            }
        }
        return new Decision(succeeded, ops, nested);
    }

    private static boolean holds(KeyView view, Compare compare) {
        boolean withRecords = compare.target() == CompareTarget.VALUE || compare.target() == CompareTarget.LEASE;
        KeyView.Outcome outcome = view.test(compare.range(), withRecords, kv -> holds(compare, kv));
        if (outcome == KeyView.Outcome.ABSENT) {
            return compare.target() != CompareTarget.VALUE && holds(compare, ABSENT);
        }
        return outcome == KeyView.Outcome.PASSED;
    }

    private static boolean holds(Compare compare, KeyValue kv) {
        return switch (compare.target()) {
            case VERSION -> isMet(compare, Long.compare(kv.version(), compare.number()));
            case CREATE -> isMet(compare, Long.compare(kv.createRevision(), compare.number()));
            case MOD -> isMet(compare, Long.compare(kv.modRevision(), compare.number()));
            case LEASE -> isMet(compare, Long.compare(kv.lease(), compare.number()));
            case VALUE -> isMet(compare, kv.value().compareTo(compare.value()));
            case UNRECOGNIZED -> isMet(compare, 0);
        };
    }

    private static boolean isMet(Compare compare, int order) {
        return switch (compare.result()) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case GREATER -> order > 0;
            case LESS -> order < 0;
            case UNRECOGNIZED -> true;
        };
    }

    /**
     * Makes sure that every operation can be done.
     *
     * @param view the state before the first operation
     * @param puts refuses puts for other reasons than those of keys
     * @throws dev.quorate.api.error.EtcdException for the first operation that cannot
     */
    void check(KeyView view, PutCheck puts) {
        new Rehearsal(view, puts).check(this);
    }

    /** Refuses puts by throwing. */
    @FunctionalInterface
    interface PutCheck {
        void check(PutRequest request);
    }

    /** Goes through the operations in their order and remembers which keys would have been deleted on the way. */
    private static final class Rehearsal {
        private final KeyView view;
        private final PutCheck puts;
        private final KeyIntervals deleted = new KeyIntervals();
        private final NavigableSet<Bytes> putSince = new TreeSet<>(); // of those deleted, the ones put again

        Rehearsal(KeyView view, PutCheck puts) {
            this.view = view;
            this.puts = puts;
        }

        void check(Decision decision) {
            int nested = 0;
            for (RequestOp op : decision.ops()) {
                if (op instanceof RangeRequest range) {
                    check(range);
                } else if (op instanceof PutRequest put) {
                    check(put);
                } else if (op instanceof DeleteRangeRequest delete) {
                    delete(delete.range());
                } else if (op instanceof TxnRequest) {
                    check(decision.nested().get(nested++));
                }
            }
        }

        private void check(RangeRequest range) {
            // Other than outside a transaction, a negative revision is one that is compacted.
            if (range.revision() > view.revision()) {
                throw EtcdError.FUTURE_REV.exception();
            }
            if (range.revision() != 0 && range.revision() < view.compactRevision()) {
                throw EtcdError.COMPACTED.exception();
            }
        }

        private void check(PutRequest put) {
            puts.check(put);
            Bytes key = put.key();
            if ((put.ignoreValue() || put.ignoreLease()) && (!view.exists(key) || isGone(key))) {
                throw EtcdError.KEY_NOT_FOUND.exception();
            }
            if (!deleted.isEmpty()) {
                putSince.add(key);
            }
        }

        private void delete(KeyRange range) {
            deleted.add(range);
            if (range.isSingle()) {
                putSince.remove(range.key());
            } else if (range.isFromKey()) {
                putSince.tailSet(range.key()).clear();
            } else if (!range.isEmpty()) {
                putSince.subSet(range.key(), range.end()).clear();
            }
        }

        private boolean isGone(Bytes key) {
            return deleted.contains(key) && !putSince.contains(key);
        }
    }
}
