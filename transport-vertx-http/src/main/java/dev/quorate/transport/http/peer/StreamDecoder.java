/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageBytes;
import dev.quorate.raft.spi.MessageType;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a stream apart into messages, whatever pieces it comes in. Memory grows with what has come, not with what a
 * length says. Heartbeats of the link are left out.
 *
 * <p>Source: etcd v3.7.1, {@code rafthttp/msgappv2_codec.go}, {@code rafthttp/msg_codec.go}.
 */
final class StreamDecoder {
    /** As etcd: a longer frame is none. */
    static final long FRAME_BYTES_MAX = 512L << 20;

    private static final long ENTRIES_MAX = 1 << 24;

    private final StreamKind kind;
    private final long localId;
    private final long peerId;
    private final PieceBuffer pieces = new PieceBuffer();
    private List<Message> messages = new ArrayList<>();
    private long term;
    private long index;
    private List<Entry> entries = List.of();
    private long entriesLeft = -1; // -1: between frames; 0: the commit index is next

    StreamDecoder(StreamKind kind, long localId, long peerId) {
        this.kind = kind;
        this.localId = localId;
        this.peerId = peerId;
    }

    /**
     * Takes the next piece.
     *
     * @throws MalformedProtoException if the stream is none; nothing more can be read from it
     */
    void feed(byte[] piece) {
        pieces.append(piece);
        while (kind == StreamKind.MESSAGE ? message() : append()) {
            // each step takes one frame or a part of one
        }
    }

    /** Hands out the messages that are whole now; the caller owns the list. */
    List<Message> take() {
        List<Message> taken = messages;
        messages = new ArrayList<>();
        return taken;
    }

    private boolean message() {
        if (pieces.available() < Long.BYTES) {
            return false;
        }
        long length = checked(pieces.number(0), FRAME_BYTES_MAX);
        if (pieces.available() < Long.BYTES + length) {
            return false;
        }
        pieces.skip(Long.BYTES);
        Message message = MessageBytes.readMessage(new ProtoReader(pieces.take((int) length), 0, (int) length));
        if (!StreamEncoder.isLinkHeartbeat(message)) {
            messages.add(message);
        }
        return true;
    }

    private boolean append() {
        if (entriesLeft > 0) {
            return entry();
        }
        return entriesLeft == 0 ? commit() : frame();
    }

    private boolean frame() {
        if (pieces.available() < 1) {
            return false;
        }
        switch (pieces.first()) {
            case StreamEncoder.FRAME_HEARTBEAT -> pieces.skip(1);
            case StreamEncoder.FRAME_ENTRIES -> {
                if (pieces.available() < 1 + Long.BYTES) {
                    return false;
                }
                entriesLeft = checked(pieces.number(1), ENTRIES_MAX);
                entries = entriesLeft == 0 ? List.of() : new ArrayList<>((int) Math.min(entriesLeft, 1024));
                pieces.skip(1 + Long.BYTES);
            }
            case StreamEncoder.FRAME_MESSAGE -> {
                return whole();
            }
            default ->
                throw new MalformedProtoException("failed to parse type " + pieces.first() + " in msgappv2 stream");
        }
        return true;
    }

    private boolean whole() {
        if (pieces.available() < 1 + Long.BYTES) {
            return false;
        }
        long length = checked(pieces.number(1), FRAME_BYTES_MAX);
        if (pieces.available() < 1 + Long.BYTES + length) {
            return false;
        }
        pieces.skip(1 + Long.BYTES);
        Message message = MessageBytes.readMessage(new ProtoReader(pieces.take((int) length), 0, (int) length));
        term = message.term();
        int count = message.entries().size();
        index = count == 0 ? message.index() : message.entries().get(count - 1).index();
        messages.add(message);
        return true;
    }

    private boolean entry() {
        if (pieces.available() < Long.BYTES) {
            return false;
        }
        long length = checked(pieces.number(0), FRAME_BYTES_MAX);
        if (pieces.available() < Long.BYTES + length) {
            return false;
        }
        pieces.skip(Long.BYTES);
        entries.add(MessageBytes.readEntry(new ProtoReader(pieces.take((int) length), 0, (int) length)));
        entriesLeft--;
        return true;
    }

    private boolean commit() {
        if (pieces.available() < Long.BYTES) {
            return false;
        }
        Message message = Message.of(MessageType.APPEND)
                .from(peerId)
                .to(localId)
                .term(term)
                .at(term, index)
                .entries(entries)
                .commit(pieces.number(0))
                .build();
        pieces.skip(Long.BYTES);
        index += entries.size();
        entries = List.of();
        entriesLeft = -1;
        messages.add(message);
        return true;
    }

    private static long checked(long number, long max) {
        if (number < 0 || number > max) {
            throw new MalformedProtoException("rafthttp: error limit exceeded");
        }
        return number;
    }
}
