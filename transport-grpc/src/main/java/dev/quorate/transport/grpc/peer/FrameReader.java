/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageBytes;
import java.util.ArrayList;
import java.util.List;

/** Takes frames apart, and puts together what came in parts. One for each stream; for the event loop only. */
final class FrameReader {
    /** A message that came in parts; etcd's streams have this bound. */
    static final long MESSAGE_BYTES_MAX = 512L << 20;

    /** Hears what is in frames beside messages. */
    interface Sink {
        void ping(long number);

        void pong(long number, long clockMillis);
    }

    private final Sink sink;
    private final long messageBytesMax;
    private final List<Bytes> parts = new ArrayList<>();
    private long partBytes;

    FrameReader(Sink sink) {
        this(sink, MESSAGE_BYTES_MAX);
    }

    /** For tests: with another bound. */
    FrameReader(Sink sink, long messageBytesMax) {
        this.sink = sink;
        this.messageBytesMax = messageBytesMax;
    }

    /**
     * Reads a frame.
     *
     * @return the messages that are whole now; the caller owns the list
     * @throws MalformedProtoException if it is none: what comes behind it cannot be trusted either
     */
    List<Message> read(Bytes frame) {
        List<Message> messages = new ArrayList<>();
        ProtoReader reader = new ProtoReader(frame);
        boolean last = false;
        long ping = 0;
        long pong = 0;
        long clockMillis = 0;
        while (reader.next()) {
            switch (reader.field()) {
                case Fields.MESSAGES -> messages.add(MessageBytes.readMessage(reader.message()));
                case Fields.PART -> part(reader.bytes());
                case Fields.LAST_PART -> last = reader.bool();
                case Fields.PING -> ping = reader.varint();
                case Fields.PONG -> pong = reader.varint();
                case Fields.CLOCK_MILLIS -> clockMillis = reader.varint();
                default -> reader.skip();
            }
        }
        if (last) {
            messages.add(whole());
        }
        if (ping != 0) {
            sink.ping(ping);
        }
        if (pong != 0) {
            sink.pong(pong, clockMillis);
        }
        return messages;
    }

    private void part(Bytes part) {
        partBytes += part.length();
        if (partBytes > messageBytesMax) {
            throw new MalformedProtoException("a message exceeds " + messageBytesMax + " bytes");
        }
        parts.add(part);
    }

    private Message whole() {
        byte[] whole = new byte[Math.toIntExact(partBytes)];
        int at = 0;
        for (Bytes part : parts) {
            part.copyTo(whole, at);
            at += part.length();
        }
        parts.clear();
        partBytes = 0;
        return MessageBytes.readMessage(new ProtoReader(whole, 0, whole.length));
    }
}
