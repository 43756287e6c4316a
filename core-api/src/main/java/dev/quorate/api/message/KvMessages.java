/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.message;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoShape;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.api.model.Compare;
import dev.quorate.api.model.CompareResult;
import dev.quorate.api.model.CompareTarget;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.EmptyOp;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RequestOp;
import dev.quorate.api.model.SortOrder;
import dev.quorate.api.model.SortTarget;
import dev.quorate.api.model.TxnRequest;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The requests of etcd's KV service as protocol-buffer messages: read from clients, and written into and read from the
 * log.
 *
 * <p>Fields come in the order of their numbers, those of one-of groups also when they are zero. Reading takes slices
 * and throws nothing but {@link MalformedProtoException}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class KvMessages {
    /** How deep transactions may be nested; far beyond what the limit of operations lets through. */
    private static final int TXN_DEPTH_MAX = 1000;

    private static final int RANGE_END_OF_COMPARE = 64;

    private static final ProtoShape RANGE = ProtoShape.ofBytes(1, 2).numbers(3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
    private static final ProtoShape PUT = ProtoShape.ofBytes(1, 2).numbers(3, 4, 5, 6);
    private static final ProtoShape DELETE_RANGE = ProtoShape.ofBytes(1, 2).numbers(3);
    private static final ProtoShape TXN = ProtoShape.ofBytes(1, 2, 3);
    private static final ProtoShape OP = ProtoShape.ofBytes(1, 2, 3, 4);
    private static final ProtoShape COMPARE =
            ProtoShape.ofBytes(3, 7, RANGE_END_OF_COMPARE).numbers(1, 2, 4, 5, 6, 8);

    private KvMessages() {}

    /**
     * Writes the fields of a range.
     *
     * @param writer where to
     * @param request the request
     */
    public static void write(ProtoWriter writer, RangeRequest request) {
        writer.bytes(1, request.range().key())
                .bytes(2, request.range().end())
                .varint(3, request.limit())
                .varint(4, request.revision())
                .varint(5, request.sortOrder().ordinal())
                .varint(6, request.sortTarget().ordinal())
                .bool(7, request.serializable())
                .bool(8, request.keysOnly())
                .bool(9, request.countOnly())
                .varint(10, request.minModRevision())
                .varint(11, request.maxModRevision())
                .varint(12, request.minCreateRevision())
                .varint(13, request.maxCreateRevision());
    }

    /**
     * Writes the fields of a put.
     *
     * @param writer where to
     * @param request the request
     */
    public static void write(ProtoWriter writer, PutRequest request) {
        writer.bytes(1, request.key())
                .bytes(2, request.value())
                .varint(3, request.lease())
                .bool(4, request.prevKv())
                .bool(5, request.ignoreValue())
                .bool(6, request.ignoreLease());
    }

    /**
     * Writes the fields of a deletion.
     *
     * @param writer where to
     * @param request the request
     */
    public static void write(ProtoWriter writer, DeleteRangeRequest request) {
        writer.bytes(1, request.range().key()).bytes(2, request.range().end()).bool(3, request.prevKv());
    }

    /**
     * Writes the fields of a transaction.
     *
     * @param writer where to
     * @param request the request
     */
    public static void write(ProtoWriter writer, TxnRequest request) {
        for (Compare compare : request.compares()) {
            int mark = writer.begin(1);
            write(writer, compare);
            writer.end(mark);
        }
        write(writer, 2, request.success());
        write(writer, 3, request.failure());
    }

    private static void write(ProtoWriter writer, int field, List<RequestOp> ops) {
        for (RequestOp op : ops) {
            int mark = writer.begin(field);
            write(writer, op);
            writer.end(mark);
        }
    }

    private static void write(ProtoWriter writer, RequestOp op) {
        if (op instanceof RangeRequest range) {
            int mark = writer.begin(1);
            write(writer, range);
            writer.end(mark);
        } else if (op instanceof PutRequest put) {
            int mark = writer.begin(2);
            write(writer, put);
            writer.end(mark);
        } else if (op instanceof DeleteRangeRequest delete) {
            int mark = writer.begin(3);
            write(writer, delete);
            writer.end(mark);
        } else if (op instanceof TxnRequest txn) {
            int mark = writer.begin(4);
            write(writer, txn);
            writer.end(mark);
        }
    }

    private static void write(ProtoWriter writer, Compare compare) {
        writer.varint(1, compare.result().ordinal())
                .varint(2, compare.target().ordinal())
                .bytes(3, compare.range().key());
        // What is compared with is one of several fields, and such a one is written even if it is zero.
        switch (compare.target()) {
            case VERSION -> writer.varintAlways(4, compare.number());
            case CREATE -> writer.varintAlways(5, compare.number());
            case MOD -> writer.varintAlways(6, compare.number());
            case VALUE -> writer.bytesAlways(7, compare.value());
            case LEASE -> writer.varintAlways(8, compare.number());
            case UNRECOGNIZED -> {}
        }
        writer.bytes(RANGE_END_OF_COMPARE, compare.range().end());
    }

    /**
     * Reads a range.
     *
     * @param reader at the beginning of the message
     * @return the request
     */
    public static RangeRequest range(ProtoReader reader) {
        Bytes key = Bytes.EMPTY;
        Bytes end = Bytes.EMPTY;
        long limit = 0;
        long revision = 0;
        SortOrder order = SortOrder.NONE;
        SortTarget target = SortTarget.KEY;
        boolean serializable = false;
        boolean keysOnly = false;
        boolean countOnly = false;
        long[] bounds = new long[4];
        while (reader.next(RANGE)) {
            int field = reader.field();
            switch (field) {
                case 1 -> key = reader.bytes();
                case 2 -> end = reader.bytes();
                case 3 -> limit = reader.varint();
                case 4 -> revision = reader.varint();
                case 5 -> order = Numbers.sortOrder(reader.varint());
                case 6 -> target = Numbers.sortTarget(reader.varint());
                case 7 -> serializable = reader.bool();
                case 8 -> keysOnly = reader.bool();
                case 9 -> countOnly = reader.bool();
                case 10, 11, 12, 13 -> bounds[field - 10] = reader.varint();
                default -> reader.skip();
            }
        }
        return new RangeRequest(
                new KeyRange(key, end),
                limit,
                revision,
                order,
                target,
                serializable,
                keysOnly,
                countOnly,
                bounds[0],
                bounds[1],
                bounds[2],
                bounds[3]);
    }

    /**
     * Reads a put.
     *
     * @param reader at the beginning of the message
     * @return the request
     */
    public static PutRequest put(ProtoReader reader) {
        Bytes key = Bytes.EMPTY;
        Bytes value = Bytes.EMPTY;
        long lease = 0;
        boolean prevKv = false;
        boolean ignoreValue = false;
        boolean ignoreLease = false;
        while (reader.next(PUT)) {
            switch (reader.field()) {
                case 1 -> key = reader.bytes();
                case 2 -> value = reader.bytes();
                case 3 -> lease = reader.varint();
                case 4 -> prevKv = reader.bool();
                case 5 -> ignoreValue = reader.bool();
                case 6 -> ignoreLease = reader.bool();
                default -> reader.skip();
            }
        }
        return new PutRequest(key, value, lease, prevKv, ignoreValue, ignoreLease);
    }

    /**
     * Reads a deletion.
     *
     * @param reader at the beginning of the message
     * @return the request
     */
    public static DeleteRangeRequest deleteRange(ProtoReader reader) {
        Bytes key = Bytes.EMPTY;
        Bytes end = Bytes.EMPTY;
        boolean prevKv = false;
        while (reader.next(DELETE_RANGE)) {
            switch (reader.field()) {
                case 1 -> key = reader.bytes();
                case 2 -> end = reader.bytes();
                case 3 -> prevKv = reader.bool();
                default -> reader.skip();
            }
        }
        return new DeleteRangeRequest(new KeyRange(key, end), prevKv);
    }

    /**
     * Reads a transaction.
     *
     * @param reader at the beginning of the message
     * @return the request
     */
    public static TxnRequest txn(ProtoReader reader) {
        return txn(reader, 0);
    }

    private static TxnRequest txn(ProtoReader reader, int depth) {
        if (depth > TXN_DEPTH_MAX) {
            throw new MalformedProtoException("transactions are nested more than " + TXN_DEPTH_MAX + " deep");
        }
        List<Compare> compares = new ArrayList<>();
        List<RequestOp> success = new ArrayList<>();
        List<RequestOp> failure = new ArrayList<>();
        while (reader.next(TXN)) {
            switch (reader.field()) {
                case 1 -> compares.add(compare(reader.message()));
                case 2 -> success.add(op(reader.message(), depth));
                case 3 -> failure.add(op(reader.message(), depth));
                default -> reader.skip();
            }
        }
        return new TxnRequest(compares, success, failure);
    }

    private static RequestOp op(ProtoReader reader, int depth) {
        RequestOp op = new EmptyOp();
        while (reader.next(OP)) {
            switch (reader.field()) {
                case 1 -> op = range(reader.message());
                case 2 -> op = put(reader.message());
                case 3 -> op = deleteRange(reader.message());
                case 4 -> op = txn(reader.message(), depth + 1);
                default -> reader.skip();
            }
        }
        return op;
    }

    private static Compare compare(ProtoReader reader) {
        CompareResult result = CompareResult.EQUAL;
        CompareTarget target = CompareTarget.VERSION;
        Bytes key = Bytes.EMPTY;
        Bytes end = Bytes.EMPTY;
        int union = 0;
        long number = 0;
        Bytes value = Bytes.EMPTY;
        while (reader.next(COMPARE)) {
            int field = reader.field();
            switch (field) {
                case 1 -> result = Numbers.compareResult(reader.varint());
                case 2 -> target = Numbers.compareTarget(reader.varint());
                case 3 -> key = reader.bytes();
                case 4, 5, 6, 8 -> {
                    union = field;
                    number = reader.varint();
                }
                case 7 -> {
                    union = field;
                    value = reader.bytes();
                }
                case RANGE_END_OF_COMPARE -> end = reader.bytes();
                default -> reader.skip();
            }
        }
        // A value given for another target than the one asked about counts as none: zero, or empty.
        boolean fits = union == target.ordinal() + 4 || union == 0;
        KeyRange range = new KeyRange(key, end);
        return target == CompareTarget.VALUE
                ? new Compare(target, result, range, 0, fits ? value : Bytes.EMPTY)
                : new Compare(target, result, range, fits ? number : 0, Bytes.EMPTY);
    }
}
