/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.mvcc.index.VanishedException;

/** Reads stored records of keys into an array of its own, again and again. Not thread-safe. */
abstract class RecordReader {
    /** The record read last, from index 0 on. */
    byte[] array = new byte[512];

    /**
     * Reads a record into {@link #array}.
     *
     * @return its number of bytes
     * @throws VanishedException if it is not there
     */
    abstract int read(long main, long sub);

    /** Reads a record that stays. */
    Bytes record(long main, long sub) {
        int length = read(main, sub);
        return Bytes.copyOf(array, 0, length);
    }

    /** Makes room in the array; what was in it is lost. */
    final void ensure(int length) {
        if (array.length < length) {
            array = new byte[Math.max(length, array.length * 2)];
        }
    }
}
