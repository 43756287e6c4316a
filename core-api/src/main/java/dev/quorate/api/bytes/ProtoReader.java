/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.bytes;

import java.util.Objects;
import org.apiguardian.api.API;

/**
 * Reads protocol-buffer fields from an array, one after the other.
 *
 * <pre>{@code
 * while (reader.next()) {
 *     switch (reader.field()) {
 *         case 1 -> key = reader.bytes();
 *         case 2 -> revision = reader.varint();
 *         default -> reader.skip();
 *     }
 * }
 * }</pre>
 *
 * <p>After {@link #next} has said true exactly one of the value methods or {@link #skip} is called. Whatever does not
 * fit the encoding ends in {@link MalformedProtoException}; nothing else is thrown, however hostile the bytes. Not
 * thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ProtoReader {
    static final int WIRE_VARINT = 0;
    private static final int WIRE_FIXED64 = 1;
    static final int WIRE_BYTES = 2;
    private static final int WIRE_GROUP_START = 3;
    private static final int WIRE_GROUP_END = 4;
    private static final int WIRE_FIXED32 = 5;
    private static final int GROUP_DEPTH_MAX = 100;
    private static final int FIELD_MAX = (1 << 29) - 1;

    private final byte[] array;
    private final int end;
    private int position;
    private int field;
    private int wire;

    /**
     * Creates a reader over a part of an array.
     *
     * @param array the array
     * @param offset index of the first byte
     * @param length number of bytes
     */
    public ProtoReader(byte[] array, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, array.length);
        this.array = array;
        this.position = offset;
        this.end = offset + length;
    }

    /**
     * Creates a reader over bytes.
     *
     * @param source the bytes
     */
    public ProtoReader(Bytes source) {
        this(source.sharedArray(), source.sharedOffset(), source.length());
    }

    /**
     * Moves to the next field.
     *
     * @return false at the end
     */
    public boolean next() {
        if (position >= end) {
            return false;
        }
        long tag = rawVarint();
        field = field(tag);
        wire = (int) (tag & 7);
        return true;
    }

    /**
     * Moves to the next field that is known, and skips the others.
     *
     * @param shape what is known
     * @return false at the end
     */
    public boolean next(ProtoShape shape) {
        while (next()) {
            if (shape.takes(field, wire)) {
                return true;
            }
            skip();
        }
        return false;
    }

    private static int field(long tag) {
        long number = tag >>> 3;
        if (number == 0 || number > FIELD_MAX) {
            throw new MalformedProtoException("field number " + number + " is out of bounds");
        }
        return (int) number;
    }

    /**
     * Returns the number of the field that {@link #next} moved to.
     *
     * @return one or more
     */
    public int field() {
        return field;
    }

    /**
     * Reads the value of a number field.
     *
     * @return 64 bits; a caller that wants 32 casts
     */
    public long varint() {
        expect(WIRE_VARINT);
        return rawVarint();
    }

    /**
     * Reads the value of a truth field.
     *
     * @return true for any number but zero
     */
    public boolean bool() {
        return varint() != 0;
    }

    /**
     * Reads the value of a field of bytes.
     *
     * @return a slice of the array that is read
     */
    public Bytes bytes() {
        int length = length();
        Bytes value = Bytes.wrap(array, position, length);
        position += length;
        return value;
    }

    /**
     * Reads the value of a text field.
     *
     * @return the text
     */
    public String string() {
        return bytes().toUtf8();
    }

    /**
     * Returns a reader for the nested message in this field.
     *
     * @return a reader of its own
     */
    public ProtoReader message() {
        int length = length();
        ProtoReader nested = new ProtoReader(array, position, length);
        position += length;
        return nested;
    }

    /**
     * Tells whether the field holds bytes, and not a number: repeated numbers may come either way.
     *
     * @return true for bytes, texts, messages and packed numbers
     */
    public boolean isBytes() {
        return wire == WIRE_BYTES;
    }

    /** Skips the value of a field that the caller does not know. */
    public void skip() {
        skip(field, wire, GROUP_DEPTH_MAX);
    }

    /** Skips whatever is left. */
    public void skipAll() {
        while (next()) {
            skip();
        }
    }

    private void skip(int number, int type, int depth) {
        switch (type) {
            case WIRE_VARINT -> rawVarint();
            case WIRE_FIXED64 -> advance(8);
            case WIRE_BYTES -> advance(rawLength());
            case WIRE_FIXED32 -> advance(4);
            case WIRE_GROUP_START -> skipGroup(number, depth);
            default -> throw new MalformedProtoException("wire type " + type + " is not known");
        }
    }

    private void skipGroup(int group, int depth) {
        if (depth == 0) {
            throw new MalformedProtoException("groups are nested too deeply");
        }
        while (true) {
            long tag = rawVarint();
            int number = field(tag);
            int type = (int) (tag & 7);
            if (type != WIRE_GROUP_END) {
                skip(number, type, depth - 1);
            } else if (number == group) {
                return;
            } else {
                throw new MalformedProtoException("group " + group + " ends as group " + number);
            }
        }
    }

    private void expect(int type) {
        if (wire != type) {
            throw new MalformedProtoException("field " + field + " has wire type " + wire + " instead of " + type);
        }
    }

    private int length() {
        expect(WIRE_BYTES);
        return rawLength();
    }

    private int rawLength() {
        long length = rawVarint();
        if (length < 0 || length > end - position) {
            throw new MalformedProtoException("a field of " + length + " bytes is cut off after " + (end - position));
        }
        return (int) length;
    }

    private void advance(int count) {
        if (count > end - position) {
            throw new MalformedProtoException("a field is cut off");
        }
        position += count;
    }

    private long rawVarint() {
        long result = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (position >= end) {
                throw new MalformedProtoException("a number is cut off");
            }
            byte part = array[position++];
            result |= (long) (part & 0x7F) << shift;
            if (part >= 0) {
                if (shift == 63 && part > 1) {
                    break;
                }
                return result;
            }
        }
        throw new MalformedProtoException("a number has more than 64 bits");
    }
}
