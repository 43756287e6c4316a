/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.txn;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.Compare;
import dev.quorate.api.model.CompareResult;
import dev.quorate.api.model.CompareTarget;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RequestOp;
import dev.quorate.api.model.SortOrder;
import dev.quorate.api.model.SortTarget;
import dev.quorate.api.model.TxnRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Requests about a few keys, so that they meet each other. */
final class RandomRequests {
    private static final SortOrder[] ORDERS = {SortOrder.NONE, SortOrder.ASCEND, SortOrder.DESCEND};
    private static final SortTarget[] TARGETS = {
        SortTarget.KEY, SortTarget.VERSION, SortTarget.CREATE, SortTarget.MOD, SortTarget.VALUE
    };

    private final Random random;

    RandomRequests(Random random) {
        this.random = random;
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    Bytes key() {
        String text = String.valueOf((char) ('a' + random.nextInt(6)));
        return Bytes.utf8(chance(60) ? text : text + random.nextInt(3));
    }

    private Bytes value() {
        return chance(15) ? Bytes.EMPTY : Bytes.utf8("v" + random.nextInt(8));
    }

    private long lease() {
        return chance(70) ? 0 : 1 + random.nextInt(4);
    }

    PutRequest put() {
        boolean ignoreValue = chance(12);
        boolean ignoreLease = chance(12);
        return new PutRequest(
                key(),
                ignoreValue ? Bytes.EMPTY : value(),
                ignoreLease ? 0 : lease(),
                chance(40),
                ignoreValue,
                ignoreLease);
    }

    KeyRange range() {
        return switch (random.nextInt(5)) {
            case 0, 1 -> KeyRange.single(key());
            case 2 -> new KeyRange(key(), KeyRange.FROM_KEY);
            case 3 -> KeyRange.prefix(key());
            default -> new KeyRange(key(), key());
        };
    }

    DeleteRangeRequest delete() {
        return new DeleteRangeRequest(range(), chance(50));
    }

    RangeRequest range(long revision) {
        RangeRequest.Builder builder = RangeRequest.builder(
                        chance(30) ? new KeyRange(KeyRange.FROM_KEY, KeyRange.FROM_KEY) : range())
                .sort(TARGETS[random.nextInt(5)], ORDERS[random.nextInt(3)])
                .limit(chance(50) ? 0 : random.nextInt(6) - 1)
                .keysOnly(chance(25))
                .countOnly(chance(10));
        if (chance(50)) {
            builder.sort(SortTarget.KEY, SortOrder.NONE);
        }
        if (chance(50)) {
            builder.revision(random.nextInt((int) revision + 3) - 2);
        }
        if (chance(20)) {
            builder.modRevisions(
                    random.nextInt((int) revision + 1), chance(50) ? 0 : random.nextInt((int) revision + 1));
        }
        if (chance(20)) {
            builder.createRevisions(
                    chance(50) ? 0 : random.nextInt((int) revision + 1), random.nextInt((int) revision + 1));
        }
        return builder.build();
    }

    private Compare compare(long revision) {
        CompareTarget target = CompareTarget.values()[random.nextInt(CompareTarget.values().length)];
        CompareResult result = CompareResult.values()[random.nextInt(CompareResult.values().length)];
        long number = switch (target) {
            case VERSION, LEASE -> random.nextInt(4);
            case CREATE, MOD -> random.nextInt((int) revision + 2);
            case VALUE, UNRECOGNIZED -> 0;
        };
        return new Compare(target, result, range(), number, target == CompareTarget.VALUE ? value() : Bytes.EMPTY);
    }

    TxnRequest txn(long revision, int depth) {
        List<Compare> compares = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            compares.add(compare(revision));
        }
        return new TxnRequest(compares, ops(revision, depth), ops(revision, depth));
    }

    private List<RequestOp> ops(long revision, int depth) {
        List<RequestOp> ops = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            int kind = random.nextInt(10);
            if (kind < 4) {
                ops.add(put());
            } else if (kind < 6) {
                ops.add(delete());
            } else if (kind < 8 || depth == 0) {
                ops.add(range(revision));
            } else {
                ops.add(txn(revision, depth - 1));
            }
        }
        return ops;
    }
}
