/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.bytes;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * An immutable run of bytes, ordered as unsigned bytes.
 *
 * <p>A value may be a slice of a larger array that it shares with others; nobody writes to that array once a value
 * stands on it. Immutable and thread-safe under that rule.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Bytes implements Comparable<Bytes> {
    /** The empty run. */
    public static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);

    private final byte[] array;
    private final int offset;
    private final int length;
    private int hash;

    private Bytes(byte[] array, int offset, int length) {
        this.array = array;
        this.offset = offset;
        this.length = length;
    }

    /**
     * Wraps a whole array without copying it; the caller gives it away and never writes to it again.
     *
     * @param array the bytes
     * @return the value
     */
    public static Bytes wrap(byte[] array) {
        return array.length == 0 ? EMPTY : new Bytes(array, 0, array.length);
    }

    /**
     * Wraps a part of an array without copying it; the caller gives it away and never writes to that part again.
     *
     * @param array the array
     * @param offset index of the first byte
     * @param length number of bytes
     * @return the value
     * @throws IndexOutOfBoundsException if the part does not lie within the array
     */
    public static Bytes wrap(byte[] array, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, array.length);
        return length == 0 ? EMPTY : new Bytes(array, offset, length);
    }

    /**
     * Copies a part of an array.
     *
     * @param array the array
     * @param offset index of the first byte
     * @param length number of bytes
     * @return a value that stands on an array of its own
     */
    public static Bytes copyOf(byte[] array, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, array.length);
        return wrap(Arrays.copyOfRange(array, offset, offset + length));
    }

    /**
     * Copies an array.
     *
     * @param array the bytes
     * @return a value that stands on an array of its own
     */
    public static Bytes copyOf(byte[] array) {
        return wrap(array.clone());
    }

    /**
     * Encodes a text as UTF-8.
     *
     * @param text the text
     * @return its bytes
     */
    public static Bytes utf8(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns the number of bytes.
     *
     * @return the number, zero or more
     */
    public int length() {
        return length;
    }

    /**
     * Tells whether there is no byte.
     *
     * @return true for the empty run
     */
    public boolean isEmpty() {
        return length == 0;
    }

    /**
     * Returns one byte.
     *
     * @param index from 0 inclusive to {@link #length()} exclusive
     * @return the byte, signed as Java has it
     */
    public byte at(int index) {
        Objects.checkIndex(index, length);
        return array[offset + index];
    }

    /**
     * Returns a part that shares this value's array.
     *
     * @param from index of the first byte, inclusive
     * @param to index after the last byte, exclusive
     * @return the part
     */
    public Bytes slice(int from, int to) {
        Objects.checkFromToIndex(from, to, length);
        return wrap(array, offset + from, to - from);
    }

    /**
     * Appends other bytes.
     *
     * @param other what comes behind
     * @return a value on an array of its own
     */
    public Bytes concat(Bytes other) {
        byte[] joined = Arrays.copyOfRange(array, offset, offset + length + other.length);
        System.arraycopy(other.array, other.offset, joined, length, other.length);
        return wrap(joined);
    }

    /**
     * Tells whether the bytes begin with others.
     *
     * @param prefix the others
     * @return true if they do; the empty prefix begins everything
     */
    public boolean startsWith(Bytes prefix) {
        return length >= prefix.length
                && Arrays.equals(
                        array,
                        offset,
                        offset + prefix.length,
                        prefix.array,
                        prefix.offset,
                        prefix.offset + prefix.length);
    }

    /**
     * Copies the bytes into a fresh array.
     *
     * @return an array that belongs to the caller
     */
    public byte[] toArray() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    /**
     * Copies all bytes into an array.
     *
     * @param target the array
     * @param at index in it of the first byte written
     */
    public void copyTo(byte[] target, int at) {
        System.arraycopy(array, offset, target, at, length);
    }

    /**
     * Writes all bytes to a stream.
     *
     * @param out the stream
     * @throws IOException as the stream throws it
     */
    public void writeTo(OutputStream out) throws IOException {
        out.write(array, offset, length);
    }

    /**
     * Returns the array under this value, for codecs and adapters that must not copy. Never write to it.
     *
     * @return the shared array; this value's bytes are at {@link #sharedOffset()}
     */
    public byte[] sharedArray() {
        return array;
    }

    /**
     * Returns where this value begins in {@link #sharedArray()}.
     *
     * @return the index of its first byte
     */
    public int sharedOffset() {
        return offset;
    }

    /**
     * Returns a value that holds no more memory than its own bytes: this one, or a copy if it is a slice of a larger
     * array.
     *
     * @return an equal value
     */
    public Bytes compact() {
        return length == array.length ? this : wrap(toArray());
    }

    /**
     * Decodes the bytes as UTF-8; what is not UTF-8 becomes the replacement character.
     *
     * @return the text
     */
    public String toUtf8() {
        return new String(array, offset, length, StandardCharsets.UTF_8);
    }

    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(
                array, offset, offset + length, other.array, other.offset, other.offset + other.length);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        return other instanceof Bytes that
                && Arrays.equals(array, offset, offset + length, that.array, that.offset, that.offset + that.length);
    }

    @Override
    public int hashCode() {
        int result = hash;
        if (result == 0 && length > 0) {
            result = 1;
            for (int i = offset, end = offset + length; i < end; i++) {
                result = 31 * result + array[i];
            }
            hash = result;
        }
        return result;
    }

    /** Returns the bytes in hexadecimal, cut after 64 of them. */
    @Override
    public String toString() {
        int shown = Math.min(length, 64);
        String hex = HexFormat.of().formatHex(array, offset, offset + shown);
        return length > shown ? hex + "…(" + length + " bytes)" : hex;
    }
}
