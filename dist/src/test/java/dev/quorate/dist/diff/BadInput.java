/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.quorate.wire.etcdserverpb.LeaseTimeToLiveRequest;
import dev.quorate.wire.etcdserverpb.StatusRequest;
import dev.quorate.wire.v3electionpb.LeaderRequest;
import dev.quorate.wire.v3lockpb.UnlockRequest;
import java.util.List;

/** Bytes that are no messages, or not those that were meant; calls of nothing; calls of the wrong shape. */
final class BadInput {
    private static final int TRIES_MAX = 20;
    private static final List<String> UNKNOWN_METHODS = List.of(
            "etcdserverpb.KV/Nothing",
            "etcdserverpb.KV/range",
            "etcdserverpb.Nothing/Range",
            "nothing.at.all/Range",
            "v3lockpb.Lock/Leader",
            "KV/Range",
            "etcdserverpb.KV/");

    private final Scene scene;
    private final Dice dice;
    private final KvRequests kv;
    private final TxnRequests txns;

    BadInput(Scene scene, KvRequests kv, TxnRequests txns) {
        this.scene = scene;
        this.dice = scene.dice;
        this.kv = kv;
        this.txns = txns;
    }

    Step next() {
        return switch (dice.below(16)) {
            case 0 -> Step.raw(Call.of(dice.pick(UNKNOWN_METHODS), kv.range()));
            case 1 -> shape();
            case 2 -> header();
            default -> damaged();
        };
    }

    /** A call with no message, or with two. */
    private Step shape() {
        ByteString range = kv.range().toByteString();
        String method = dice.pick(
                List.of(Call.RANGE, Call.PUT, Call.RANGE_STREAM, Call.LEASE_LEASES, Call.MEMBER_LIST, Call.LEADER));
        List<ByteString> messages = dice.oneIn(3) ? List.of(range, range) : List.of();
        return Step.raw(new Call(messages.isEmpty() ? method : Call.RANGE, messages, List.of()));
    }

    private Step header() {
        return Step.raw(Call.of(Call.RANGE, kv.range())
                .withHeader(
                        dice.oneIn(2) ? "hasleader" : "client-api-version",
                        dice.pick(List.of("true", "false", "3.7", ""))));
    }

    private Step damaged() {
        for (int i = 0; i < TRIES_MAX; i++) {
            Call call = damagedCall();
            if (Harmless.is(call, scene)) {
                return Step.raw(call);
            }
        }
        return Step.raw(Call.of(Call.RANGE, dice.bytes(0)));
    }

    private Call damagedCall() {
        String method;
        Message message;
        switch (dice.below(9)) {
            case 0, 1 -> {
                method = Call.RANGE;
                message = kv.range();
            }
            case 2 -> {
                method = Call.PUT;
                message = kv.put();
            }
            case 3 -> {
                method = Call.DELETE_RANGE;
                message = kv.delete(true);
            }
            case 4, 5 -> {
                method = Call.TXN;
                message = txns.txn();
            }
            case 6 -> {
                method = Call.HASH_KV;
                message = kv.hash();
            }
            case 7 -> {
                method = Call.LEASE_TIME_TO_LIVE;
                message = LeaseTimeToLiveRequest.newBuilder()
                        .setID(1L + dice.below(6))
                        .setKeys(true)
                        .build();
            }
            default -> {
                method = dice.pick(List.of(Call.UNLOCK, Call.LEADER, Call.STATUS));
                message = switch (method) {
                    case Call.UNLOCK ->
                        UnlockRequest.newBuilder().setKey(Scene.SENTINEL).build();
                    case Call.LEADER ->
                        LeaderRequest.newBuilder()
                                .setName(ByteString.copyFromUtf8("a/none"))
                                .build();
                    default -> StatusRequest.getDefaultInstance();
                };
            }
        }
        return Call.of(method, damage(message.toByteString()));
    }

    /** Damages bytes in one way or several. */
    private ByteString damage(ByteString bytes) {
        ByteString damaged = bytes;
        do {
            int size = damaged.size();
            int place = size == 0 ? 0 : dice.below(size);
            damaged = switch (dice.below(7)) {
                case 0 -> damaged.substring(0, place);
                case 1 -> damaged.substring(place);
                case 2 -> damaged.substring(0, place).concat(dice.bytes(1)).concat(damaged.substring(place));
                case 3 -> damaged.concat(extra());
                case 4 -> extra().concat(damaged);
                case 5 -> size == 0 ? extra() : flipped(damaged, place);
                default -> size == 0 ? extra() : replaced(damaged, place, (byte) dice.below(256));
            };
        } while (dice.oneIn(3));
        return damaged;
    }

    /** A field that is not known, or known of another type, or broken. */
    private ByteString extra() {
        int field = dice.oneIn(3) ? 1 + dice.below(8) : 9 + dice.below(2000);
        ByteString.Output out = ByteString.newOutput();
        varint(out, (long) field << 3 | dice.below(8));
        switch (dice.below(4)) {
            case 0 -> varint(out, dice.between(0, 300));
            case 1 -> write(out, dice.bytes(dice.below(10)));
            case 2 -> varint(out, -1);
            default -> {
                int length = dice.below(9);
                varint(out, length);
                write(out, dice.bytes(length));
            }
        }
        return out.toByteString();
    }

    private static void write(ByteString.Output out, ByteString bytes) {
        bytes.forEach(out::write);
    }

    private static void varint(ByteString.Output out, long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            out.write((int) ((left & 0x7F) | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }

    private ByteString flipped(ByteString bytes, int place) {
        return replaced(bytes, place, (byte) (bytes.byteAt(place) ^ 1 << dice.below(8)));
    }

    private static ByteString replaced(ByteString bytes, int place, byte value) {
        byte[] changed = bytes.toByteArray();
        changed[place] = value;
        return ByteString.copyFrom(changed);
    }
}
