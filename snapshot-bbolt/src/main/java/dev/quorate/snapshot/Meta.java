/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.snapshot;

import org.jspecify.annotations.Nullable;

/**
 * What a file begins with: 64 bytes behind the header of page 0 and, again, of page 1.
 *
 * @param pageBytes size of a page
 * @param root page of the root of the root tree
 * @param freeList page of the free list; {@link #NO_FREE_LIST} if there is none
 * @param pages number of pages, free ones included
 * @param transaction number of the transaction that wrote it; of two valid ones the higher counts
 */
record Meta(int pageBytes, long root, long freeList, long pages, long transaction) {
    static final int BYTES = 64;
    static final long NO_FREE_LIST = -1;

    private static final long MAGIC = 0xED0CDAEDL;
    private static final long VERSION = 2;
    private static final int PAGE_BYTES_MIN = 1024;
    private static final int PAGE_BYTES_MAX = 16 << 20;

    /** Writes the meta behind its page header. */
    void write(byte[] into, int at) {
        Layout.writeInt(into, at, (int) MAGIC);
        Layout.writeInt(into, at + 4, (int) VERSION);
        Layout.writeInt(into, at + 8, pageBytes);
        Layout.writeInt(into, at + 12, 0);
        Layout.writeLong(into, at + 16, root);
        Layout.writeLong(into, at + 24, 0); // the sequence of the root bucket
        Layout.writeLong(into, at + 32, freeList);
        Layout.writeLong(into, at + 40, pages);
        Layout.writeLong(into, at + 48, transaction);
        Layout.writeLong(into, at + 56, checksum(into, at));
    }

    /**
     * Reads a meta page.
     *
     * @param from the beginning of the page
     * @param id which page it is
     * @return null if it is none, or damaged
     */
    static @Nullable Meta read(byte[] from, long id) {
        int at = Layout.PAGE_HEADER_BYTES;
        if (Layout.readLong(from, 0) != id
                || Layout.readShort(from, Layout.FLAGS_AT) != Layout.META
                || Layout.readInt(from, at) != MAGIC
                || Layout.readInt(from, at + 4) != VERSION
                || Layout.readLong(from, at + 56) != checksum(from, at)) {
            return null;
        }
        long pageBytes = Layout.readInt(from, at + 8);
        if (pageBytes < PAGE_BYTES_MIN || pageBytes > PAGE_BYTES_MAX || Long.bitCount(pageBytes) != 1) {
            return null;
        }
        return new Meta(
                (int) pageBytes,
                Layout.readLong(from, at + 16),
                Layout.readLong(from, at + 32),
                Layout.readLong(from, at + 40),
                Layout.readLong(from, at + 48));
    }

    /** FNV-1a over everything before the checksum. */
    private static long checksum(byte[] bytes, int at) {
        long hash = 0xCBF2_9CE4_8422_2325L;
        for (int i = at; i < at + 56; i++) {
            hash = (hash ^ (bytes[i] & 0xFF)) * 0x0000_0100_0000_01B3L;
        }
        return hash;
    }
}
