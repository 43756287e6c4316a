/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.wire.etcdserverpb.DeleteRangeRequest;
import dev.quorate.wire.etcdserverpb.HashKVRequest;
import dev.quorate.wire.etcdserverpb.PutRequest;
import dev.quorate.wire.etcdserverpb.RangeRequest;
import dev.quorate.wire.etcdserverpb.RequestOp;
import dev.quorate.wire.etcdserverpb.TxnRequest;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether what damaged bytes happen to say can be asked without spoiling the rest: no poison, no new keys, nothing in
 * the keys of locks, no order that is left to chance, no hash that a restart makes ours forget.
 */
final class Harmless {
    private static final Set<ByteString> KEYS = Scene.allKeys();

    private Harmless() {}

    static boolean is(Call call, Scene scene) {
        ByteString bytes = call.messages().get(0);
        try {
            return switch (call.method()) {
                case Call.RANGE -> is(RangeRequest.parseFrom(bytes));
                case Call.PUT -> is(PutRequest.parseFrom(bytes));
                case Call.DELETE_RANGE -> is(DeleteRangeRequest.parseFrom(bytes));
                case Call.TXN -> is(TxnRequest.parseFrom(bytes));
                case Call.HASH_KV ->
                    scene.isHashable(HashKVRequest.parseFrom(bytes).getRevision());
                case Call.UNLOCK -> !bytes.toStringUtf8().contains("/");
                default -> true;
            };
        } catch (InvalidProtocolBufferException e) {
            return true; // is refused
        }
    }

    private static boolean is(RangeRequest range) {
        return range.getSortTargetValue() == 0
                || range.getRangeEnd().isEmpty()
                || isAbove(range.getKey(), Scene.FIRST_SMALL);
    }

    private static boolean is(PutRequest put) {
        return put.getKey().isEmpty() || KEYS.contains(put.getKey());
    }

    private static boolean is(DeleteRangeRequest delete) {
        return delete.getKey().isEmpty() || isAbove(delete.getKey(), Scene.FIRST_FREE);
    }

    private static boolean is(TxnRequest txn) {
        return !Poison.breaksApply(txn)
                && !Poison.breaksCompaction(txn)
                && Stream.concat(txn.getSuccessList().stream(), txn.getFailureList().stream())
                        .allMatch(Harmless::is);
    }

    private static boolean is(RequestOp op) {
        return switch (op.getRequestCase()) {
            case REQUEST_RANGE -> is(op.getRequestRange());
            case REQUEST_PUT -> is(op.getRequestPut());
            case REQUEST_DELETE_RANGE -> is(op.getRequestDeleteRange());
            case REQUEST_TXN -> is(op.getRequestTxn());
            case REQUEST_NOT_SET -> true;
        };
    }

    private static boolean isAbove(ByteString key, ByteString bound) {
        return ByteString.unsignedLexicographicalComparator().compare(key, bound) >= 0;
    }
}
