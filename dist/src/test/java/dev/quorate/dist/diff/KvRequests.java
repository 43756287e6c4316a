/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.ByteString;
import dev.quorate.wire.etcdserverpb.CompactionRequest;
import dev.quorate.wire.etcdserverpb.DeleteRangeRequest;
import dev.quorate.wire.etcdserverpb.HashKVRequest;
import dev.quorate.wire.etcdserverpb.PutRequest;
import dev.quorate.wire.etcdserverpb.RangeRequest;
import dev.quorate.wire.etcdserverpb.RequestOp;
import dev.quorate.wire.etcdserverpb.TxnRequest;
import java.util.List;

/** Puts, ranges, deletions, compactions and hashes. */
final class KvRequests {
    private final Scene scene;
    private final Dice dice;

    KvRequests(Scene scene) {
        this.scene = scene;
        this.dice = scene.dice;
    }

    PutRequest put() {
        PutRequest.Builder put = PutRequest.newBuilder().setKey(scene.key()).setPrevKv(dice.oneIn(3));
        if (!dice.oneIn(10)) {
            put.setValue(scene.value());
        }
        if (dice.oneIn(4)) {
            put.setLease(1 + dice.below(LeaseRequests.LEASES));
        } else if (dice.oneIn(100)) {
            put.setLease(dice.oneIn(2) ? -1 : Long.MAX_VALUE);
        }
        if (dice.oneIn(12)) {
            put.setIgnoreValue(true);
            if (!dice.oneIn(4)) {
                put.clearValue();
            }
        }
        if (dice.oneIn(12)) {
            put.setIgnoreLease(true);
            if (!dice.oneIn(4)) {
                put.clearLease();
            }
        }
        return put.build();
    }

    /** A deletion of its own may go on to the last key. */
    DeleteRangeRequest delete(boolean fromKey) {
        DeleteRangeRequest.Builder delete = DeleteRangeRequest.newBuilder()
                .setKey(scene.key())
                .setRangeEnd(scene.end(fromKey))
                .setPrevKv(dice.oneIn(2));
        if (dice.oneIn(15)) {
            int first = dice.below(Scene.MANY_KEYS);
            delete.setKey(Scene.many(first)).setRangeEnd(Scene.many(first + dice.below(40)));
        }
        return delete.build();
    }

    /** Puts many keys at once. */
    TxnRequest putMany() {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        int first = dice.below(Scene.MANY_KEYS);
        int count = Math.min(Scene.MANY_KEYS - first, 1 + dice.below(128));
        for (int i = first; i < first + count; i++) {
            txn.addSuccess(RequestOp.newBuilder()
                    .setRequestPut(PutRequest.newBuilder().setKey(Scene.many(i)).setValue(scene.value())));
        }
        return txn.build();
    }

    RangeRequest range() {
        RangeRequest.Builder range = RangeRequest.newBuilder()
                .setKey(scene.key())
                .setRangeEnd(scene.end(true))
                .setSerializable(dice.oneIn(4))
                .setKeysOnly(dice.oneIn(6))
                .setCountOnly(dice.oneIn(8));
        if (dice.oneIn(3)) {
            range.setLimit(dice.oneIn(30) ? hugeNumber() : dice.below(6));
        }
        if (dice.oneIn(3)) {
            range.setRevision(scene.past());
        }
        if (dice.oneIn(3)) {
            range.setSortTargetValue(dice.below(6)).setSortOrderValue(dice.below(4));
        }
        bounds(range);
        return dice.oneIn(6) ? rangeOfMany(range) : range.build();
    }

    private void bounds(RangeRequest.Builder range) {
        if (dice.oneIn(6)) {
            range.setMinModRevision(scene.past());
        }
        if (dice.oneIn(6)) {
            range.setMaxModRevision(scene.past());
        }
        if (dice.oneIn(8)) {
            range.setMinCreateRevision(scene.past());
        }
        if (dice.oneIn(8)) {
            range.setMaxCreateRevision(scene.past());
        }
    }

    private RangeRequest rangeOfMany(RangeRequest.Builder range) {
        int first = dice.below(Scene.MANY_KEYS);
        switch (dice.below(4)) {
            case 0 -> range.setKey(Scene.many(first)).setRangeEnd(Scene.many(first + dice.below(100)));
            case 1 -> range.setKey(Scene.FROM_KEY).setRangeEnd(Scene.FROM_KEY);
            case 2 -> range.setKey(Scene.many(first)).setRangeEnd(Scene.FROM_KEY);
            default -> range.setKey(Scene.FIRST_FREE).setRangeEnd(ByteString.copyFromUtf8("c"));
        }
        if (dice.oneIn(2)) {
            range.setLimit(dice.below(120));
        }
        return range.setSortTargetValue(0).build();
    }

    private long hugeNumber() {
        return dice.pick(List.of(-1L, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 1, 1L << 31, 1L << 32));
    }

    /** A sort target without an order slips through real etcd's check, and what comes then is chance. */
    RangeRequest streamed() {
        RangeRequest range = range();
        RangeRequest.Builder plain = range.toBuilder();
        if (range.getSortOrderValue() == 0 || dice.oneIn(2)) {
            plain.clearSortTarget().clearSortOrder();
        }
        if (dice.oneIn(2)) {
            plain.clearMinModRevision()
                    .clearMaxModRevision()
                    .clearMinCreateRevision()
                    .clearMaxCreateRevision();
        }
        return plain.build();
    }

    /**
     * A compaction to a revision at which no key was deleted and put again. Each server is given the time to end it:
     * from then on it answers with the hash that it took meanwhile, and before, with another one.
     */
    Step compaction() {
        long revision = dice.oneIn(4) ? scene.past() : Math.max(1, scene.revision - dice.below(60));
        while (scene.uncompactable.contains(revision)) {
            revision--;
        }
        long wanted = revision;
        CompactionRequest request = CompactionRequest.newBuilder()
                .setRevision(revision)
                .setPhysical(dice.oneIn(2))
                .build();
        Call again = Call.of(
                Call.COMPACT, request.toBuilder().setPhysical(true).build()); // is refused once the first one has ended
        return Step.call(Call.COMPACT, request).followed(again).then(answer -> {
            if (!answer.refused()) {
                scene.compactRevision = wanted;
            }
        });
    }

    HashKVRequest hash() {
        long revision = dice.oneIn(2) ? 0 : scene.past();
        return HashKVRequest.newBuilder()
                .setRevision(scene.isHashable(revision) ? revision : 0)
                .build();
    }
}
