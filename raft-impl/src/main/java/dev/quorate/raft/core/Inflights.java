/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import java.util.Arrays;

/**
 * The appends that were sent to a follower and not acknowledged yet, known by their last entry. Bounded in number and
 * in bytes; the bound of bytes is soft: one message may cross it.
 *
 * <p>A ring that grows on demand. Source: etcd-io/raft v3.7.0, {@code tracker/inflights.go}.
 */
final class Inflights {
    private static final int START_CAPACITY = 4;

    private final int countMax;
    private final long bytesMax;
    private long[] lastIndexes = new long[0];
    private long[] sizes = new long[0];
    private int start;
    private int count;
    private long bytes;

    Inflights(int countMax, long bytesMax) {
        this.countMax = countMax;
        this.bytesMax = bytesMax;
    }

    /** Notes an append that ends with an entry; the entries must rise, and there must be room. */
    void add(long lastIndex, long size) {
        if (isFull()) {
            throw new IllegalStateException("an append up to entry " + lastIndex + " is sent, but " + count
                    + " appends with " + bytes + " bytes are in flight already");
        }
        if (count == lastIndexes.length) {
            grow();
        }
        int at = (start + count) % lastIndexes.length;
        lastIndexes[at] = lastIndex;
        sizes[at] = size;
        count++;
        bytes += size;
    }

    private void grow() {
        int capacity = Math.min(countMax, Math.max(START_CAPACITY, 2 * count));
        lastIndexes = unrolled(lastIndexes, capacity);
        sizes = unrolled(sizes, capacity);
        start = 0;
    }

    private long[] unrolled(long[] ring, int capacity) {
        long[] line = Arrays.copyOfRange(ring, start, start + capacity);
        System.arraycopy(ring, 0, line, count - start, start);
        return line;
    }

    /** Frees the appends up to an entry that was acknowledged. */
    void freeUpTo(long index) {
        while (count > 0 && lastIndexes[start] <= index) {
            bytes -= sizes[start];
            start = (start + 1) % lastIndexes.length;
            count--;
        }
    }

    boolean isFull() {
        return count == countMax || (bytesMax != 0 && bytes >= bytesMax);
    }

    int count() {
        return count;
    }

    long bytes() {
        return bytes;
    }

    void reset() {
        start = 0;
        count = 0;
        bytes = 0;
    }
}
