/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageBytes;
import dev.quorate.raft.spi.MessageType;

/**
 * Writes messages in the form of a stream. What an append stream leaves out follows from the frames before, so each
 * connection has an encoder of its own.
 *
 * <p>Source: etcd v3.7.1, {@code rafthttp/msgappv2_codec.go}, {@code rafthttp/msg_codec.go}.
 */
final class StreamEncoder {
    static final int FRAME_HEARTBEAT = 0;
    static final int FRAME_ENTRIES = 1;
    static final int FRAME_MESSAGE = 2;

    /** Never sent by Raft, whose messages have a sender and a receiver: tells only that the link lives. */
    private static final Message HEARTBEAT = Message.of(MessageType.HEARTBEAT).build();

    private final StreamKind kind;
    private long term;
    private long index;

    StreamEncoder(StreamKind kind) {
        this.kind = kind;
    }

    static boolean isLinkHeartbeat(Message message) {
        return message.type() == MessageType.HEARTBEAT && message.from() == 0 && message.to() == 0;
    }

    void heartbeat(ProtoWriter out) {
        if (kind == StreamKind.APPEND) {
            out.raw(FRAME_HEARTBEAT);
        } else {
            whole(out, HEARTBEAT);
        }
    }

    void write(ProtoWriter out, Outgoing outgoing) {
        Message message = outgoing.message();
        if (kind == StreamKind.MESSAGE) {
            whole(out, message);
        } else if (index == message.index() && term == message.logTerm() && term == message.term()) {
            EntryBlock block = outgoing.block();
            int count = block == null ? 0 : block.count();
            out.raw(FRAME_ENTRIES);
            BigEndian.write(out, count);
            if (block != null) {
                out.rawBytes(block.bytes());
            }
            BigEndian.write(out, message.commit());
            index += count;
        } else {
            out.raw(FRAME_MESSAGE);
            whole(out, message);
            term = message.term();
            int count = message.entries().size();
            index = count == 0
                    ? message.index()
                    : message.entries().get(count - 1).index();
        }
    }

    /** A message with its length in front. */
    static void whole(ProtoWriter out, Message message) {
        ProtoWriter body = new ProtoWriter(256);
        MessageBytes.write(body, message);
        BigEndian.write(out, body.size());
        out.rawBytes(body.toBytes());
    }
}
