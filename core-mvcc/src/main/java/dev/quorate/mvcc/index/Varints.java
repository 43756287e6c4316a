/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

/**
 * Numbers in as few bytes as they need: seven bits a byte, the low ones first, the top bit says that more follow. Each
 * is written in its shortest form, so its length follows from its value.
 */
final class Varints {
    /** Most bytes of a number. */
    static final int LENGTH_MAX = 10;

    private Varints() {}

    static int length(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    /** Writes a number; returns the index behind it. */
    static int write(byte[] into, int at, long value) {
        int next = at;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            into[next++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        into[next++] = (byte) rest;
        return next;
    }

    static long read(byte[] from, int at) {
        long value = from[at];
        if (value >= 0) {
            return value;
        }
        value &= 0x7F;
        int next = at + 1;
        for (int shift = 7; ; shift += 7) {
            long part = from[next++];
            value |= (part & 0x7F) << shift;
            if (part >= 0) {
                return value;
            }
        }
    }
}
