/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.ByteString;
import dev.quorate.wire.etcdserverpb.Compare;
import dev.quorate.wire.etcdserverpb.DeleteRangeRequest;
import dev.quorate.wire.etcdserverpb.RequestOp;
import dev.quorate.wire.etcdserverpb.TxnRequest;

/** Transactions: compares of every kind, operations, transactions within. */
final class TxnRequests {
    private static final int DEPTH_MAX = 4;

    private final Scene scene;
    private final Dice dice;
    private final KvRequests kv;

    TxnRequests(Scene scene, KvRequests kv) {
        this.scene = scene;
        this.dice = scene.dice;
        this.kv = kv;
    }

    /** Makes one that does not break real etcd. */
    TxnRequest txn() {
        while (true) {
            TxnRequest txn = dice.oneIn(60) ? crowded() : txn(0, dice.oneIn(5));
            if (!Poison.breaksApply(txn)) {
                return txn;
            }
        }
    }

    Step step(TxnRequest txn) {
        return Step.call(Call.TXN, txn).then(answer -> {
            if (Poison.breaksCompaction(txn)) {
                scene.uncompactable.add(answer.revision());
            }
        });
    }

    private TxnRequest txn(int depth, boolean readOnly) {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (int i = dice.below(3); i > 0; i--) {
            txn.addCompare(compare());
        }
        for (int i = dice.below(4); i > 0; i--) {
            txn.addSuccess(op(depth, readOnly));
        }
        for (int i = dice.below(4); i > 0; i--) {
            txn.addFailure(op(depth, readOnly));
        }
        return txn.build();
    }

    /** About as many operations as are allowed, on one or on two levels. */
    private TxnRequest crowded() {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        TxnRequest.Builder inner = TxnRequest.newBuilder();
        int outside = dice.oneIn(2) ? 0 : dice.below(100);
        int all = 126 + dice.below(5);
        for (int i = 0; i < outside; i++) {
            txn.addFailure(range());
        }
        for (int i = outside + 1; i < all; i++) {
            inner.addSuccess(range());
        }
        return txn.addSuccess(RequestOp.newBuilder().setRequestTxn(inner)).build();
    }

    private RequestOp range() {
        return RequestOp.newBuilder().setRequestRange(kv.range()).build();
    }

    private Compare compare() {
        Compare.Builder compare = Compare.newBuilder()
                .setKey(scene.key())
                .setResultValue(dice.oneIn(20) ? 4 + dice.below(3) : dice.below(4))
                .setTargetValue(dice.oneIn(30) ? 5 + dice.below(3) : dice.below(5));
        if (dice.oneIn(4)) {
            compare.setRangeEnd(scene.end(true));
        }
        switch (dice.oneIn(15) ? dice.below(6) : compare.getTargetValue()) {
            case 0 -> compare.setVersion(dice.below(3));
            case 1 -> compare.setCreateRevision(dice.oneIn(2) ? 0 : scene.past());
            case 2 -> compare.setModRevision(dice.oneIn(2) ? 0 : scene.past());
            case 3 -> compare.setValue(scene.value());
            case 4 -> compare.setLease(dice.below(LeaseRequests.LEASES));
            default -> {} // no value is a value too
        }
        return compare.build();
    }

    private RequestOp op(int depth, boolean readOnly) {
        int kind = dice.below(20);
        if (readOnly || (kind >= 9 && kind < 13)) {
            return range();
        } else if (kind < 9) {
            return RequestOp.newBuilder().setRequestPut(kv.put()).build();
        } else if (kind < 16) {
            return RequestOp.newBuilder().setRequestDeleteRange(delete()).build();
        } else if (kind < 19 && depth < DEPTH_MAX) {
            return RequestOp.newBuilder().setRequestTxn(txn(depth + 1, false)).build();
        }
        return dice.oneIn(6)
                ? RequestOp.getDefaultInstance()
                : RequestOp.newBuilder().setRequestPut(kv.put()).build();
    }

    private DeleteRangeRequest delete() {
        DeleteRangeRequest delete = kv.delete(dice.oneIn(8));
        return delete.getKey().equals(ByteString.EMPTY) && dice.oneIn(2)
                ? delete.toBuilder().setKey(Scene.small(0)).build()
                : delete;
    }
}
