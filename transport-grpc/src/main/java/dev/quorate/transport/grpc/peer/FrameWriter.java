/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts what waits for a member into frames. A message that is too long for one goes in parts, one a frame, and what is
 * short and urgent, such as heartbeats, goes ahead of each part: nothing waits for longer than a frame takes.
 *
 * <p>One for each stream, since parts of a message belong together. For the event loop only.
 */
final class FrameWriter {
    /** A frame is full when it has so much. */
    static final int FRAME_BYTES = 256 << 10;

    /** Longer messages go in parts of this length. */
    static final int PART_BYTES = FRAME_BYTES;

    /** From that length on entries are not copied into the frame, but stand in it as a piece of their own. */
    private static final int PIECE_BYTES = 2 << 10;

    private final Outbox urgent;
    private final Outbox bulk;
    private @Nullable Bytes head; // of the message that goes in parts
    private Bytes tail = Bytes.EMPTY;
    private int position; // in both of them
    private final List<Bytes> pieces = new ArrayList<>();
    private ProtoWriter open = new ProtoWriter();
    private int size;

    FrameWriter(Outbox urgent, Outbox bulk) {
        this.urgent = urgent;
        this.bulk = bulk;
    }

    /** Asks whether the other side is there. Stands in the next frame. */
    void ping(long number) {
        open.varint(Fields.PING, number);
    }

    /** Says that this side is there. Stands in the next frame. */
    void pong(long number, long clockMillis) {
        open.varint(Fields.PONG, number).varint(Fields.CLOCK_MILLIS, clockMillis);
    }

    /** Returns the next frame; null if there is nothing to send. */
    @Nullable
    Chunks next() {
        boolean full = false;
        while (!full && size + open.size() < FRAME_BYTES) {
            Outgoing next = urgent.poll();
            if (next == null && head == null) {
                next = bulk.poll();
            }
            if (next != null && !next.isLong()) {
                whole(next);
            } else if (next != null) {
                head = next.head();
                tail = next.tail();
                position = 0;
            } else if (head != null) {
                part(head);
                full = true;
            } else {
                break;
            }
        }
        return take();
    }

    private void whole(Outgoing message) {
        Bytes ahead = message.head();
        Bytes behind = message.tail();
        open.raw(Fields.MESSAGES << 3 | Fields.WIRE_BYTES)
                .raw(ahead.length() + behind.length())
                .rawBytes(ahead);
        add(behind);
    }

    private void part(Bytes ahead) {
        int whole = Math.addExact(ahead.length(), tail.length());
        int end = Math.min(whole, position + PART_BYTES);
        boolean last = end == whole;
        if (last) {
            open.bool(Fields.LAST_PART, true);
        }
        open.raw(Fields.PART << 3 | Fields.WIRE_BYTES).raw(end - position);
        int cut = ahead.length();
        if (position < cut) {
            add(ahead.slice(position, Math.min(end, cut)));
        }
        if (end > cut) {
            add(tail.slice(Math.max(position, cut) - cut, end - cut));
        }
        position = end;
        if (last) {
            head = null;
            tail = Bytes.EMPTY;
        }
    }

    private void add(Bytes piece) {
        if (piece.length() < PIECE_BYTES) {
            open.rawBytes(piece);
        } else {
            cut();
            pieces.add(piece);
            size += piece.length();
        }
    }

    /** Ends the small piece that is being written. */
    private void cut() {
        if (open.size() > 0) {
            pieces.add(open.toBytes());
            size += open.size();
            open = new ProtoWriter();
        }
    }

    /** Returns what is begun, without more messages; null for nothing. */
    @Nullable
    Chunks take() {
        cut();
        if (pieces.isEmpty()) {
            return null;
        }
        Chunks frame = new Chunks(List.copyOf(pieces));
        pieces.clear();
        size = 0;
        return frame;
    }
}
