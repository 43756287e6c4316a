/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.snapshot;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.snapshot.SnapshotException;
import java.util.Arrays;

/** A page that is being filled, a leaf or a branch. Keeps copies of what it is given. Not thread-safe. */
final class Node {
    /** A node that had to grow beyond so much does not keep the room. */
    private static final int KEPT_BYTES_MAX = 256 << 10;

    private static final long NODE_BYTES_MAX = Integer.MAX_VALUE - 64L * 1024;

    private final int flags;
    private final int elementFlags;
    private byte[] data = new byte[Layout.PAGE_BYTES];
    private int dataSize;
    private int[] keyLengths = new int[64];
    private long[] seconds = new long[64]; // of a leaf: length of the value; of a branch: page of the child
    private int count;

    private Node(int flags, int elementFlags) {
        this.flags = flags;
        this.elementFlags = elementFlags;
    }

    /**
     * Creates an empty leaf.
     *
     * @param elementFlags what its elements are marked with
     */
    static Node leaf(int elementFlags) {
        return new Node(Layout.LEAF, elementFlags);
    }

    static Node branch() {
        return new Node(Layout.BRANCH, 0);
    }

    int count() {
        return count;
    }

    /** Returns how many bytes the page takes. */
    int size() {
        return Layout.PAGE_HEADER_BYTES + Layout.ELEMENT_BYTES * count + dataSize;
    }

    /** Tells whether an element of so many bytes fits on one page with what is there. */
    boolean fits(int keyLength, int valueLength) {
        return (long) size() + Layout.ELEMENT_BYTES + keyLength + valueLength <= Layout.PAGE_BYTES;
    }

    Bytes firstKey() {
        return Bytes.copyOf(data, 0, keyLengths[0]);
    }

    void addRow(Bytes key, Bytes value) {
        grow((long) key.length() + value.length());
        append(key);
        append(value);
        entry(key.length(), value.length());
    }

    void addChild(Bytes key, long page) {
        grow(key.length());
        append(key);
        entry(key.length(), page);
    }

    private void grow(long more) {
        long size = size() + Layout.ELEMENT_BYTES + more;
        if (size > NODE_BYTES_MAX) {
            throw new SnapshotException("a row of " + more + " bytes is too large for a page", null);
        }
        if (data.length < dataSize + more) {
            data = Arrays.copyOf(data, (int) Math.max(Math.min(2L * data.length, NODE_BYTES_MAX), dataSize + more));
        }
        if (count == keyLengths.length) {
            keyLengths = Arrays.copyOf(keyLengths, 2 * count);
            seconds = Arrays.copyOf(seconds, 2 * count);
        }
    }

    private void append(Bytes bytes) {
        bytes.copyTo(data, dataSize);
        dataSize += bytes.length();
    }

    private void entry(int keyLength, long second) {
        keyLengths[count] = keyLength;
        seconds[count] = second;
        count++;
    }

    /** Gives the last element of a branch to the front of another one. */
    void moveLastChild(Node target) {
        int last = count - 1;
        Bytes key = Bytes.copyOf(data, dataSize - keyLengths[last], keyLengths[last]);
        long page = seconds[last];
        dataSize -= key.length();
        count--;
        target.prependChild(key, page);
    }

    private void prependChild(Bytes key, long page) {
        grow(key.length());
        System.arraycopy(data, 0, data, key.length(), dataSize);
        System.arraycopy(keyLengths, 0, keyLengths, 1, count);
        System.arraycopy(seconds, 0, seconds, 1, count);
        key.copyTo(data, 0);
        dataSize += key.length();
        keyLengths[0] = key.length();
        seconds[0] = page;
        count++;
    }

    /** Appends all elements of another branch. */
    void addChildren(Node other) {
        int at = 0;
        for (int i = 0; i < other.count; i++) {
            addChild(Bytes.wrap(other.data, at, other.keyLengths[i]), other.seconds[i]);
            at += other.keyLengths[i];
        }
    }

    /**
     * Writes the page.
     *
     * @param id its number; 0 if it lies in a bucket's value
     * @param overflow pages that it takes beyond the first
     * @param into takes {@link #size()} bytes
     * @param at where
     */
    void write(long id, int overflow, byte[] into, int at) {
        Layout.writePageHeader(into, at, id, flags, count, overflow);
        int element = at + Layout.PAGE_HEADER_BYTES;
        int start = element + Layout.ELEMENT_BYTES * count;
        System.arraycopy(data, 0, into, start, dataSize);
        for (int i = 0; i < count; i++) {
            if (flags == Layout.LEAF) {
                Layout.writeInt(into, element, elementFlags);
                Layout.writeInt(into, element + 4, start - element);
                Layout.writeInt(into, element + 8, keyLengths[i]);
                Layout.writeInt(into, element + 12, (int) seconds[i]);
                start += (int) seconds[i];
            } else {
                Layout.writeInt(into, element, start - element);
                Layout.writeInt(into, element + 4, keyLengths[i]);
                Layout.writeLong(into, element + 8, seconds[i]);
            }
            start += keyLengths[i];
            element += Layout.ELEMENT_BYTES;
        }
    }

    void clear() {
        count = 0;
        dataSize = 0;
        if (data.length > KEPT_BYTES_MAX) {
            data = new byte[Layout.PAGE_BYTES];
        }
    }
}
