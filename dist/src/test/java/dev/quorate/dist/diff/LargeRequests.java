/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.ByteString;
import dev.quorate.wire.etcdserverpb.DeleteRangeRequest;
import dev.quorate.wire.etcdserverpb.PutRequest;
import dev.quorate.wire.etcdserverpb.RangeRequest;
import dev.quorate.wire.etcdserverpb.RequestOp;
import dev.quorate.wire.etcdserverpb.TxnRequest;

/** Requests and answers near and above the sizes that are allowed. */
final class LargeRequests {
    private static final ByteString LAST_SMALL = ByteString.copyFromUtf8("l");

    private LargeRequests() {}

    /** Puts as much as fits into one transaction. */
    static Step putAll(Dice dice) {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (int i = 0; i < Scene.SMALL_KEYS; i++) {
            txn.addSuccess(RequestOp.newBuilder()
                    .setRequestPut(
                            PutRequest.newBuilder().setKey(Scene.small(i)).setValue(value(dice, 150_000))));
        }
        return Step.call(Call.TXN, txn.build());
    }

    static Step deleteAll() {
        return Step.call(
                Call.DELETE_RANGE,
                DeleteRangeRequest.newBuilder()
                        .setKey(Scene.FIRST_SMALL)
                        .setRangeEnd(LAST_SMALL)
                        .setPrevKv(true)
                        .build());
    }

    static Step stream(Dice dice) {
        return Step.call(
                Call.RANGE_STREAM,
                RangeRequest.newBuilder()
                        .setKey(Scene.FIRST_SMALL)
                        .setRangeEnd(LAST_SMALL)
                        .setLimit(dice.below(12))
                        .build());
    }

    /** A put around the size of a request or of a message, though not within a few bytes of it. */
    static Step put(Dice dice) {
        int size = switch (dice.below(4)) {
            case 0 -> 1_572_864 - 200;
            case 1 -> 1_572_864 + 10;
            case 2 -> 2_097_152 - 100;
            default -> 2_097_152 + dice.below(100_000);
        };
        return Step.call(
                Call.PUT,
                PutRequest.newBuilder()
                        .setKey(Scene.small(dice.below(Scene.SMALL_KEYS)))
                        .setValue(value(dice, size))
                        .build());
    }

    private static ByteString value(Dice dice, int size) {
        return ByteString.copyFromUtf8(Character.toString('a' + dice.below(26)).repeat(size));
    }
}
