/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.snapshot;

/** Notes which pages were met, one bit each, and refuses to meet one twice. Confined to one thread. */
final class PageMarks {
    private final DataFile file;
    private final long[] bits;
    private final long pages;

    /**
     * Creates marks.
     *
     * @param file the file
     * @param pages number of its pages; the file is at least so large
     */
    PageMarks(DataFile file, long pages) {
        this.file = file;
        this.pages = pages;
        this.bits = new long[Math.toIntExact((pages + 63) / 64)];
    }

    /** Notes a page and those over which it goes on. */
    void add(long id, long overflow) {
        for (long page = id; page <= id + overflow; page++) {
            int word = (int) (page >>> 6);
            long bit = 1L << page;
            if ((bits[word] & bit) != 0) {
                throw file.damaged(page, "is used twice");
            }
            bits[word] |= bit;
        }
    }

    /** Returns the first page that was not met; -1 if there is none. */
    long firstMissing() {
        for (int word = 0; word < bits.length; word++) {
            if (bits[word] != -1) {
                long page = 64L * word + Long.numberOfTrailingZeros(~bits[word]);
                return page < pages ? page : -1;
            }
        }
        return -1;
    }
}
