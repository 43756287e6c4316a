/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import java.util.Arrays;

/** Puts pieces of a stream together and hands out what is asked for. */
final class PieceBuffer {
    private static final int KEPT_BYTES_MAX = 1 << 20;

    private byte[] array = new byte[0];
    private int start;
    private int end;

    void append(byte[] piece) {
        if (start == end) {
            array = piece; // the usual case: nothing was left over
            start = 0;
            end = piece.length;
            return;
        }
        int length = end - start;
        if (array.length - end < piece.length) {
            int wanted = Math.addExact(length, piece.length);
            byte[] larger = new byte[Math.max(wanted, (int) Math.min(Integer.MAX_VALUE - 8L, 2L * length))];
            System.arraycopy(array, start, larger, 0, length);
            array = larger;
            start = 0;
            end = length;
        }
        System.arraycopy(piece, 0, array, end, piece.length);
        end += piece.length;
    }

    int available() {
        return end - start;
    }

    byte first() {
        return array[start];
    }

    /** The number of eight bytes that stands so many bytes behind the first. */
    long number(int behind) {
        return BigEndian.read(array, start + behind);
    }

    void skip(int count) {
        start += count;
    }

    /** Takes bytes out, as an array of their own: what is read from it holds no more memory than that. */
    byte[] take(int count) {
        byte[] taken = Arrays.copyOfRange(array, start, start + count);
        start += count;
        if (start == end && array.length > KEPT_BYTES_MAX) {
            array = new byte[0];
            start = 0;
            end = 0;
        }
        return taken;
    }
}
