/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.message;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.api.model.DeleteRangeResponse;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.model.PutResponse;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.model.ResponseOp;
import dev.quorate.api.model.TxnResponse;
import dev.quorate.api.model.WatchResponse;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The answers of etcd's KV and Watch services as protocol-buffer messages.
 *
 * <p>Keys and events that are encoded already are copied as they are. A header is written whenever the message has one,
 * even if it holds nothing but zeroes.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ResponseMessages {
    private static final int WATCH_EVENTS = 11;

    private ResponseMessages() {}

    /**
     * Writes the field of a header.
     *
     * @param writer where to
     * @param field number of the field
     * @param header the header
     */
    public static void header(ProtoWriter writer, int field, ResponseHeader header) {
        int mark = writer.begin(field);
        writer.varint(1, header.clusterId())
                .varint(2, header.memberId())
                .varint(3, header.revision())
                .varint(4, header.raftTerm());
        writer.end(mark);
    }

    /**
     * Writes the answer to a range.
     *
     * @param writer where to
     * @param answer the answer
     */
    public static void write(ProtoWriter writer, RangeResponse answer) {
        header(writer, 1, answer.header());
        body(writer, answer);
    }

    /**
     * Writes a piece of a range: only the last one has a header.
     *
     * @param writer where to
     * @param piece the piece
     * @param last whether it is the last one
     */
    public static void writePiece(ProtoWriter writer, RangeResponse piece, boolean last) {
        int mark = writer.begin(1);
        if (last) {
            header(writer, 1, piece.header());
        }
        body(writer, piece);
        writer.end(mark);
    }

    private static void body(ProtoWriter writer, RangeResponse answer) {
        writer.rawBytes(answer.kvs().packed()).bool(3, answer.more()).varint(4, answer.count());
    }

    /**
     * Returns about how many bytes the answer to a range takes.
     *
     * @param answer the answer
     * @return a bound
     */
    public static int sizeMax(RangeResponse answer) {
        return answer.kvs().packed().length() + 80;
    }

    /**
     * Writes the answer to a put.
     *
     * @param writer where to
     * @param answer the answer
     */
    public static void write(ProtoWriter writer, PutResponse answer) {
        header(writer, 1, answer.header());
        keyValue(writer, 2, answer.prevKv());
    }

    private static void keyValue(ProtoWriter writer, int field, @Nullable KeyValue kv) {
        if (kv != null) {
            int mark = writer.begin(field);
            kv.encodeTo(writer);
            writer.end(mark);
        }
    }

    /**
     * Writes the answer to a deletion.
     *
     * @param writer where to
     * @param answer the answer
     */
    public static void write(ProtoWriter writer, DeleteRangeResponse answer) {
        header(writer, 1, answer.header());
        writer.varint(2, answer.deleted());
        for (int i = 0; i < answer.prevKvs().size(); i++) {
            writer.bytesAlways(3, answer.prevKvs().encoded(i));
        }
    }

    /**
     * Writes the answer to a transaction.
     *
     * @param writer where to
     * @param answer the answer
     */
    public static void write(ProtoWriter writer, TxnResponse answer) {
        header(writer, 1, answer.header());
        writer.bool(2, answer.succeeded());
        for (ResponseOp op : answer.responses()) {
            int mark = writer.begin(3);
            write(writer, op);
            writer.end(mark);
        }
    }

    private static void write(ProtoWriter writer, ResponseOp op) {
        if (op instanceof RangeResponse range) {
            int mark = writer.begin(1);
            write(writer, range);
            writer.end(mark);
        } else if (op instanceof PutResponse put) {
            int mark = writer.begin(2);
            write(writer, put);
            writer.end(mark);
        } else if (op instanceof DeleteRangeResponse delete) {
            int mark = writer.begin(3);
            write(writer, delete);
            writer.end(mark);
        } else if (op instanceof TxnResponse txn) {
            int mark = writer.begin(4);
            write(writer, txn);
            writer.end(mark);
        }
    }

    /**
     * Writes what a watcher is told.
     *
     * @param writer where to
     * @param answer the answer
     */
    public static void write(ProtoWriter writer, WatchResponse answer) {
        header(writer, 1, answer.header());
        writer.varint(2, answer.watchId())
                .bool(3, answer.created())
                .bool(4, answer.canceled())
                .varint(5, answer.compactRevision())
                .string(6, answer.cancelReason())
                .bool(7, answer.fragment());
        for (Bytes event : answer.events().encoded()) {
            writer.bytesAlways(WATCH_EVENTS, event);
        }
    }

    /**
     * Returns about how many bytes an answer to a watcher takes.
     *
     * @param answer the answer
     * @return a bound
     */
    public static int sizeMax(WatchResponse answer) {
        int size = 128 + answer.cancelReason().length() * 3;
        for (Bytes event : answer.events().encoded()) {
            size += event.length() + 6;
        }
        return size;
    }
}
