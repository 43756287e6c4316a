/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.SnapshotMark;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Gathers records of etcd's log format, framed and summed, until they are written as one batch.
 *
 * <pre>
 * frame:  8 bytes, little-endian: length of the record (56 bits), number of padding bytes (top byte, 0x80 set if any)
 *         record (walpb.Record: type 1, crc 2, data 3), then padding to a multiple of 8
 * batch:  frames, then a record of type crc whose data fills up to a multiple of 4096
 * </pre>
 *
 * <p>The filling record is legal, since readers do not sum the data of such records; its data begins with {@link #MARK}
 * and the place where the batch began, by which a reader tells a torn last batch from damage in the middle. Not
 * thread-safe.
 */
final class RecordBuffer {
    static final int TYPE_METADATA = 1;
    static final int TYPE_ENTRY = 2;
    static final int TYPE_STATE = 3;
    static final int TYPE_CRC = 4;
    static final int TYPE_SNAPSHOT = 5;

    /** What the data of a filling record begins with: "quorate" and a zero, then 8 bytes of position. */
    static final byte[] MARK = {'q', 'u', 'o', 'r', 'a', 't', 'e', 0};

    private static final int HEAD_ROOM = 32; // frame, type, crc and length of the data, at most 8 + 2 + 6 + 6
    private static final int FILL_MIN = 40; // a filling record with mark and position, framed

    private final Crc32c crc;
    private byte[] buffer = new byte[64 << 10];
    private int size;

    RecordBuffer(int crcSoFar) {
        crc = new Crc32c(crcSoFar);
    }

    int size() {
        return size;
    }

    void metadata(Bytes metadata) {
        byte[] data = metadata.toArray();
        record(TYPE_METADATA, data);
    }

    void state(HardState state) {
        record(
                TYPE_STATE,
                new ProtoWriter(32)
                        .varintAlways(1, state.term())
                        .varintAlways(2, state.vote())
                        .varintAlways(3, state.commit())
                        .toArray());
    }

    void snapshot(SnapshotMark mark) {
        ProtoWriter writer = new ProtoWriter(64).varintAlways(1, mark.index()).varintAlways(2, mark.term());
        if (mark.index() > 0) {
            writer.bytesAlways(3, mark.confState().encode());
        }
        record(TYPE_SNAPSHOT, writer.toArray());
    }

    /** Begins a file: notes the sum so far, from which the reader of the file goes on. */
    void crc() {
        begin(0);
        end(TYPE_CRC, 0, false);
    }

    void entry(Entry entry) {
        Bytes data = entry.data();
        begin(data.length() + 40);
        int at = size + HEAD_ROOM;
        buffer[at++] = 1 << 3;
        buffer[at++] = (byte) entry.type().ordinal();
        buffer[at++] = 2 << 3;
        at = varint(at, entry.term());
        buffer[at++] = 3 << 3;
        at = varint(at, entry.index());
        if (!data.isEmpty()) {
            buffer[at++] = 4 << 3 | 2;
            at = varint(at, data.length());
            data.copyTo(buffer, at);
            at += data.length();
        }
        end(TYPE_ENTRY, at - size - HEAD_ROOM, true);
    }

    private void record(int type, byte[] data) {
        begin(data.length);
        System.arraycopy(data, 0, buffer, size + HEAD_ROOM, data.length);
        end(type, data.length, true);
    }

    private void begin(int dataMax) {
        int needed = Math.addExact(size, dataMax + HEAD_ROOM + 8);
        if (buffer.length < needed) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, needed));
        }
    }

    /** Puts a frame in front of the data that lies behind the head room, and closes the gap. */
    private void end(int type, int dataLength, boolean summed) {
        int data = size + HEAD_ROOM;
        if (summed) {
            crc.update(buffer, data, dataLength);
        }
        int at = size + 8;
        buffer[at++] = 1 << 3;
        buffer[at++] = (byte) type;
        buffer[at++] = 2 << 3;
        at = varint(at, crc.value() & 0xFFFF_FFFFL);
        if (dataLength > 0) {
            buffer[at++] = 3 << 3 | 2;
            at = varint(at, dataLength);
            System.arraycopy(buffer, data, buffer, at, dataLength);
            at += dataLength;
        }
        close(at);
    }

    /** Writes the frame's head and padding around a record that ends at a place. */
    private void close(int recordEnd) {
        int length = recordEnd - size - 8;
        int padding = -length & 7;
        long head = length | (padding == 0 ? 0 : (0x80L | padding) << 56);
        for (int i = 0; i < 8; i++) {
            buffer[size + i] = (byte) (head >>> (8 * i));
        }
        Arrays.fill(buffer, recordEnd, recordEnd + padding, (byte) 0);
        size = recordEnd + padding;
    }

    /** Fills up to a multiple of the alignment, so that no byte of the batch is ever written again. */
    void fill(long batchPosition) {
        int room = -size & LogFiles.ALIGNMENT - 1;
        if (room < FILL_MIN) {
            room += LogFiles.ALIGNMENT;
        }
        int needed = Math.addExact(size, room);
        if (buffer.length < needed) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, needed));
        }
        int end = needed;
        int at = size + 8;
        buffer[at++] = 1 << 3;
        buffer[at++] = TYPE_CRC;
        buffer[at++] = 2 << 3;
        at = varint(at, crc.value() & 0xFFFF_FFFFL);
        buffer[at++] = 3 << 3 | 2;
        int dataLength = end - at - 1;
        dataLength -= ProtoWriter.varintSize(dataLength) - 1;
        at = varint(at, dataLength);
        Arrays.fill(buffer, at, end, (byte) 0);
        System.arraycopy(MARK, 0, buffer, at, MARK.length);
        for (int i = 0; i < 8; i++) {
            buffer[at + MARK.length + i] = (byte) (batchPosition >>> (8 * i));
        }
        close(at + dataLength);
        if (size != end) {
            throw new IllegalStateException("a batch was filled up to " + size + " instead of " + end);
        }
    }

    private int varint(int from, long value) {
        int at = from;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            buffer[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[at++] = (byte) rest;
        return at;
    }

    /** Hands the batch over and begins the next one, which goes on with the sum. */
    void drainTo(ByteBuffer target) {
        target.put(buffer, 0, size);
        size = 0;
    }
}
