/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.bytes;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * Writes protocol-buffer fields into a growing array.
 *
 * <p>The plain methods ({@link #varint}, {@link #bytes}, …) follow proto3: a field that holds zero, false or nothing is
 * left out. Those whose name ends in {@code Always} write it. Fields come in the order of the calls. Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ProtoWriter {
    private static final int WIRE_VARINT = 0;
    private static final int WIRE_BYTES = 2;

    private byte[] buffer;
    private int position;

    /** Creates a writer with room for a small message. */
    public ProtoWriter() {
        this(128);
    }

    /**
     * Creates a writer.
     *
     * @param capacity bytes that fit before the array grows
     */
    public ProtoWriter(int capacity) {
        buffer = new byte[Math.max(16, capacity)];
    }

    /**
     * Returns how many bytes a number takes as a varint.
     *
     * @param value any number; a negative one takes ten
     * @return 1 to 10
     */
    public static int varintSize(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    /**
     * Writes a number as field, or nothing if it is zero.
     *
     * @param field number of the field
     * @param value signed numbers are written as two's complement of 64 bits
     * @return this writer
     */
    public ProtoWriter varint(int field, long value) {
        return value == 0 ? this : varintAlways(field, value);
    }

    /**
     * Writes a number as field, zero too.
     *
     * @param field number of the field
     * @param value the number
     * @return this writer
     */
    public ProtoWriter varintAlways(int field, long value) {
        raw((long) field << 3 | WIRE_VARINT);
        return raw(value);
    }

    /**
     * Writes a truth value as field, or nothing if it is false.
     *
     * @param field number of the field
     * @param value the value
     * @return this writer
     */
    public ProtoWriter bool(int field, boolean value) {
        return value ? varintAlways(field, 1) : this;
    }

    /**
     * Writes bytes as field, or nothing if there are none.
     *
     * @param field number of the field
     * @param value the bytes
     * @return this writer
     */
    public ProtoWriter bytes(int field, Bytes value) {
        return value.isEmpty() ? this : bytesAlways(field, value);
    }

    /**
     * Writes bytes as field, also if there are none.
     *
     * @param field number of the field
     * @param value the bytes
     * @return this writer
     */
    public ProtoWriter bytesAlways(int field, Bytes value) {
        return bytesAlways(field, value.sharedArray(), value.sharedOffset(), value.length());
    }

    /**
     * Writes a part of an array as field of bytes, also if it is empty.
     *
     * @param field number of the field
     * @param source the array
     * @param offset index of the first byte
     * @param length number of bytes
     * @return this writer
     */
    public ProtoWriter bytesAlways(int field, byte[] source, int offset, int length) {
        raw((long) field << 3 | WIRE_BYTES);
        raw(length);
        return rawBytes(source, offset, length);
    }

    /**
     * Writes a text as field, or nothing if it is empty.
     *
     * @param field number of the field
     * @param value the text
     * @return this writer
     */
    public ProtoWriter string(int field, String value) {
        return value.isEmpty() ? this : stringAlways(field, value);
    }

    /**
     * Writes a text as field, also if it is empty: an element of a repeated field.
     *
     * @param field number of the field
     * @param value the text
     * @return this writer
     */
    public ProtoWriter stringAlways(int field, String value) {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        return bytesAlways(field, encoded, 0, encoded.length);
    }

    /**
     * Begins a nested message; its fields follow, then {@link #end}. Nesting may be deep.
     *
     * @param field number of the field
     * @return a mark for {@link #end}
     */
    public int begin(int field) {
        raw((long) field << 3 | WIRE_BYTES);
        ensure(1);
        position++; // one byte for the length, widened by end() when it does not fit
        return position;
    }

    /**
     * Ends the nested message that {@link #begin} began. Messages end in the opposite order of their beginning.
     *
     * @param mark what {@code begin} returned
     * @return this writer
     */
    public ProtoWriter end(int mark) {
        int length = position - mark;
        int wider = varintSize(length) - 1;
        if (wider > 0) {
            ensure(wider);
            System.arraycopy(buffer, mark, buffer, mark + wider, length);
        }
        position = mark - 1;
        raw(length);
        position += length;
        return this;
    }

    /**
     * Writes a bare varint without a field number.
     *
     * @param number the number
     * @return this writer
     */
    public ProtoWriter raw(long number) {
        ensure(10);
        long rest = number;
        byte[] out = buffer;
        int at = position;
        while ((rest & ~0x7FL) != 0) {
            out[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        out[at++] = (byte) rest;
        position = at;
        return this;
    }

    /**
     * Writes bare bytes without field number or length: already encoded fields.
     *
     * @param source the array
     * @param offset index of the first byte
     * @param length number of bytes
     * @return this writer
     */
    public ProtoWriter rawBytes(byte[] source, int offset, int length) {
        ensure(length);
        System.arraycopy(source, offset, buffer, position, length);
        position += length;
        return this;
    }

    /**
     * Writes bare bytes without field number or length: already encoded fields.
     *
     * @param encoded the bytes
     * @return this writer
     */
    public ProtoWriter rawBytes(Bytes encoded) {
        return rawBytes(encoded.sharedArray(), encoded.sharedOffset(), encoded.length());
    }

    /**
     * Returns the number of bytes written so far.
     *
     * @return the number
     */
    public int size() {
        return position;
    }

    /**
     * Forgets what was written and keeps the array. Only for writers whose {@link #toBytes} copies were taken by
     * {@link #toArray}.
     */
    public void reset() {
        position = 0;
    }

    /**
     * Copies what was written.
     *
     * @return an array of its own
     */
    public byte[] toArray() {
        return Arrays.copyOf(buffer, position);
    }

    /**
     * Returns what was written, without a copy; the writer must not be used afterwards.
     *
     * @return the bytes
     */
    public Bytes toBytes() {
        return Bytes.wrap(buffer, 0, position);
    }

    private void ensure(int more) {
        if (buffer.length - position < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(position, more)));
        }
    }
}
