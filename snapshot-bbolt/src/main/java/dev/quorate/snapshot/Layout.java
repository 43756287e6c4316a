/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.snapshot;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Where things are in a file. All numbers are little-endian; a page that needs more room goes on over the pages after
 * it.
 *
 * <pre>{@code
 * file     page 0: meta | page 1: meta | pages: branch, leaf, free list, in any order | 32 bytes SHA-256, or nothing
 * page     id 8 | flags 2 | count 2 | overflow 4 | elements | keys and values
 * leaf     element: flags 4 | position, from the element on 4 | key length 4 | value length 4
 * branch   element: position, from the element on 4 | key length 4 | page of the child 8; the key is its first one
 * bucket   a value of the root tree: page of its root 8 | sequence 8 | if that page is 0, the image of its only leaf
 * }</pre>
 */
final class Layout {
    static final int PAGE_HEADER_BYTES = 16;
    static final int ELEMENT_BYTES = 16;
    static final int BUCKET_HEADER_BYTES = 16;
    static final int HASH_BYTES = 32;

    static final int COUNT_AT = 10;
    static final int FLAGS_AT = 8;
    static final int OVERFLOW_AT = 12;

    static final int BRANCH = 0x01;
    static final int LEAF = 0x02;
    static final int META = 0x04;
    static final int FREE_LIST = 0x10;

    /** Flag of a leaf's element whose value is a bucket. */
    static final int HOLDS_BUCKET = 0x01;

    static final int KEY_BYTES_MAX = 32768;

    /** The size of the pages that are written. */
    static final int PAGE_BYTES = 4096;

    /** A bucket whose only leaf is at most so large lies in the leaf of the root tree, as bbolt has it. */
    static final int INLINE_BYTES_MAX = PAGE_BYTES / 4;

    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Layout() {}

    static int readShort(byte[] from, int at) {
        return (short) SHORTS.get(from, at) & 0xFFFF;
    }

    /** Reads four bytes as an unsigned number. */
    static long readInt(byte[] from, int at) {
        return (int) INTS.get(from, at) & 0xFFFF_FFFFL;
    }

    static long readLong(byte[] from, int at) {
        return (long) LONGS.get(from, at);
    }

    static void writeShort(byte[] into, int at, int value) {
        SHORTS.set(into, at, (short) value);
    }

    static void writeInt(byte[] into, int at, int value) {
        INTS.set(into, at, value);
    }

    static void writeLong(byte[] into, int at, long value) {
        LONGS.set(into, at, value);
    }

    /** Writes what every page begins with. */
    static void writePageHeader(byte[] into, int at, long id, int flags, int count, int overflow) {
        writeLong(into, at, id);
        writeShort(into, at + FLAGS_AT, flags);
        writeShort(into, at + COUNT_AT, count);
        writeInt(into, at + OVERFLOW_AT, overflow);
    }
}
