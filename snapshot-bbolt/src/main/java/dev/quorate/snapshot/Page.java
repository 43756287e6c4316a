/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.snapshot;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.snapshot.SnapshotException;

/**
 * A leaf or branch of a file whose header and elements were found right: each key and value lies where the one before
 * ends, and the page has no more room than they need. Keys and values beyond the first page are read when asked for, so
 * a false size costs no memory. Confined to one thread.
 */
final class Page {
    private final DataFile file;
    private final long id;
    private final byte[] head; // the page's beginning, at least its elements
    private final int start; // where the page begins in it; not 0 only in the value of a bucket
    private final boolean leaf;
    private final int count;
    private final long overflow;

    private Page(DataFile file, long id, byte[] head, int start) {
        this.file = file;
        this.id = id;
        this.head = head;
        this.start = start;
        this.leaf = Layout.readShort(head, start + Layout.FLAGS_AT) == Layout.LEAF;
        this.count = Layout.readShort(head, start + Layout.COUNT_AT);
        this.overflow = Layout.readInt(head, start + Layout.OVERFLOW_AT);
    }

    /**
     * Reads a page.
     *
     * @param file the file
     * @param id its number, of a page that is there
     * @param pages number of pages in the file
     * @throws SnapshotException if it is no leaf or branch, or damaged
     */
    static Page read(DataFile file, long id, long pages) {
        int pageBytes = file.pageBytes();
        byte[] head = file.read(id * pageBytes, pageBytes);
        Page first = checkHeader(new Page(file, id, head, 0));
        if (first.overflow >= pages - id) {
            throw file.damaged(id, "goes on over " + first.overflow + " pages, beyond the last one, " + (pages - 1));
        }
        long room = (first.overflow + 1) * pageBytes;
        int elements = Layout.PAGE_HEADER_BYTES + Layout.ELEMENT_BYTES * first.count;
        if (elements > room) {
            throw file.damaged(id, first.count + " elements have no room in " + room + " bytes");
        }
        Page page = elements <= pageBytes ? first : new Page(file, id, file.read(id * pageBytes, elements), 0);
        long used = page.checkElements(room);
        if (first.overflow > used / pageBytes) {
            throw file.damaged(id, "goes on over " + first.overflow + " pages for " + used + " bytes");
        }
        return page;
    }

    /**
     * Reads the leaf that lies in the value of a bucket.
     *
     * @param file the file
     * @param id page of the value
     * @param bucket the value
     */
    static Page inline(DataFile file, long id, Bytes bucket) {
        byte[] value = bucket.toArray();
        int room = value.length - Layout.BUCKET_HEADER_BYTES;
        if (room < Layout.PAGE_HEADER_BYTES) {
            throw file.damaged(id, "a bucket of " + value.length + " bytes has no room for its leaf");
        }
        if (Layout.readLong(value, Layout.BUCKET_HEADER_BYTES) != 0) {
            throw file.damaged(id, "the leaf inside a bucket has a number");
        }
        Page page = checkHeader(new Page(file, id, value, Layout.BUCKET_HEADER_BYTES));
        int elements = Layout.PAGE_HEADER_BYTES + Layout.ELEMENT_BYTES * page.count;
        if (!page.leaf || page.overflow != 0 || elements > room || page.checkElements(room) != room) {
            throw file.damaged(id, "the leaf inside a bucket of " + value.length + " bytes does not fill it");
        }
        return page;
    }

    private static Page checkHeader(Page page) {
        int flags = Layout.readShort(page.head, page.start + Layout.FLAGS_AT);
        if (page.start == 0 && Layout.readLong(page.head, 0) != page.id) {
            throw page.damaged("says that it is page " + Long.toUnsignedString(Layout.readLong(page.head, 0)));
        }
        if (flags != Layout.LEAF && flags != Layout.BRANCH) {
            throw page.damaged("is neither leaf nor branch: flags 0x" + Integer.toHexString(flags));
        }
        if (flags == Layout.BRANCH && page.count == 0) {
            throw page.damaged("is a branch without children");
        }
        return page;
    }

    /** Checks that keys and values follow one another. Returns how many bytes are used. */
    private long checkElements(long room) {
        long at = Layout.PAGE_HEADER_BYTES + (long) Layout.ELEMENT_BYTES * count;
        for (int i = 0; i < count; i++) {
            if (position(i) != at) {
                throw damaged("element " + i + " lies at " + position(i) + " instead of " + at);
            }
            if (leaf && Layout.readInt(head, element(i)) > Layout.HOLDS_BUCKET) {
                throw damaged("element " + i + " has flags 0x" + Long.toHexString(Layout.readInt(head, element(i))));
            }
            if (keyLength(i) == 0 || keyLength(i) > Layout.KEY_BYTES_MAX) {
                throw damaged("element " + i + " has a key of " + keyLength(i) + " bytes");
            }
            at += keyLength(i) + valueLength(i);
            if (at > room) {
                throw damaged("element " + i + " ends at " + at + ", and the page at " + room);
            }
        }
        return at;
    }

    private int element(int i) {
        return start + Layout.PAGE_HEADER_BYTES + Layout.ELEMENT_BYTES * i;
    }

    /** Where the key of an element begins, from the beginning of the page on. */
    private long position(int i) {
        return element(i) - start + Layout.readInt(head, element(i) + (leaf ? 4 : 0));
    }

    private long keyLength(int i) {
        return Layout.readInt(head, element(i) + (leaf ? 8 : 4));
    }

    private long valueLength(int i) {
        return leaf ? Layout.readInt(head, element(i) + 12) : 0;
    }

    long id() {
        return id;
    }

    boolean isLeaf() {
        return leaf;
    }

    int count() {
        return count;
    }

    /** Returns how many pages it takes beyond the first. */
    long overflow() {
        return overflow;
    }

    Bytes key(int i) {
        return bytes(position(i), keyLength(i));
    }

    Bytes value(int i) {
        return bytes(position(i) + keyLength(i), valueLength(i));
    }

    /** Tells whether the value of a leaf's element is a bucket. */
    boolean holdsBucket(int i) {
        return Layout.readInt(head, element(i)) == Layout.HOLDS_BUCKET;
    }

    /** Returns the page of a branch's child. */
    long child(int i) {
        return Layout.readLong(head, element(i) + 8);
    }

    private Bytes bytes(long position, long length) {
        if (start + position + length <= head.length) {
            return Bytes.wrap(head, (int) (start + position), (int) length);
        }
        if (length > Integer.MAX_VALUE - 8) {
            throw damaged("a value of " + length + " bytes is larger than the format allows");
        }
        return Bytes.wrap(file.read(id * file.pageBytes() + position, (int) length));
    }

    SnapshotException damaged(String what) {
        return file.damaged(id, what);
    }
}
