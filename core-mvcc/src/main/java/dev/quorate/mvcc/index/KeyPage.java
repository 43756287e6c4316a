/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.mvcc.index.VersionIndex.Version;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A page: keys in their order, each with a few bytes behind it, in one array. Leaves of the tree are pages with the
 * {@link Heads} of their keys; what separates the children of an {@link InnerNode} is a page of keys alone.
 *
 * <pre>
 * 0       8      12        16      18     20      21
 * +-------+------+---------+-------+------+-------+--------+-----------------+------+-----------------+
 * | draft | used | prefix  | count | dead | slot  | prefix | entry 0 … n - 1 | room | slot n - 1 … 0  |
 * |       |      | length  |       |      | width |        |                 |      |                 |
 * +-------+------+---------+-------+------+-------+--------+-----------------+------+-----------------+
 *                                                                            used
 * entry  = tail length (1 byte), key without the prefix, tail
 * slot i = where entry i begins, in 2 bytes, or in 4 if the page is larger than that
 * draft  = whose page it is: only the draft of this number may change it
 * dead   = how many entries are tombstones
 * </pre>
 *
 * <p>All keys begin with the prefix. Entries lie in the order of their keys without gaps, so an entry ends where the
 * next one begins. Methods that change a page want one that the draft owns, with room enough ({@link #writable}).
 */
final class KeyPage {
    private static final int DRAFT = 0;
    private static final int USED = 8;
    private static final int PREFIX_LENGTH = 12;
    private static final int COUNT = 16;
    private static final int DEAD = 18;
    private static final int SLOT_WIDTH = 20;
    private static final int PREFIX = 21;

    /** Bytes of room that a page gets when it is changed in size a second time by one draft. */
    private static final int ROOM = 128;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle CHAR = MethodHandles.byteArrayViewVarHandle(char[].class, ByteOrder.nativeOrder());

    private KeyPage() {}

    static int count(byte[] page) {
        return (char) CHAR.get(page, COUNT);
    }

    static int dead(byte[] page) {
        return (char) CHAR.get(page, DEAD);
    }

    static boolean isOwned(byte[] page, long draft) {
        return (long) LONG.get(page, DRAFT) == draft;
    }

    /** Returns how many bytes the page needs, without its room. */
    static int size(byte[] page) {
        return used(page) + count(page) * page[SLOT_WIDTH];
    }

    /** Returns how many bytes a page needs that is made with {@link #fill}. */
    static int size(int count, int prefixLength, int entryBytes) {
        int size = PREFIX + prefixLength + entryBytes;
        return size + count * (size > Character.MAX_VALUE ? Integer.BYTES : Character.BYTES);
    }

    static int prefixLength(byte[] page) {
        return (int) INT.get(page, PREFIX_LENGTH);
    }

    private static int used(byte[] page) {
        return (int) INT.get(page, USED);
    }

    private static int start(byte[] page, int i) {
        return page[SLOT_WIDTH] == Character.BYTES
                ? (char) CHAR.get(page, page.length - Character.BYTES * (i + 1))
                : (int) INT.get(page, page.length - Integer.BYTES * (i + 1));
    }

    private static void setStart(byte[] page, int i, int start) {
        if (page[SLOT_WIDTH] == Character.BYTES) {
            CHAR.set(page, page.length - Character.BYTES * (i + 1), (char) start);
        } else {
            INT.set(page, page.length - Integer.BYTES * (i + 1), start);
        }
    }

    private static int end(byte[] page, int i) {
        return i + 1 < count(page) ? start(page, i + 1) : used(page);
    }

    /** Returns where a key is, or {@code -1 - i} if it is not there and belongs before entry {@code i}. */
    static int search(byte[] page, Bytes key) {
        byte[] array = key.sharedArray();
        int from = key.sharedOffset();
        int to = from + key.length();
        int prefix = prefixLength(page);
        int common = Math.min(prefix, key.length());
        int order = Arrays.compareUnsigned(array, from, from + common, page, PREFIX, PREFIX + common);
        if (order == 0 && common < prefix) {
            order = -1;
        }
        if (order != 0) {
            return order < 0 ? -1 : -1 - count(page);
        }
        from += prefix;
        int low = 0;
        int high = count(page) - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int start = start(page, middle);
            order = Arrays.compareUnsigned(array, from, to, page, start + 1, end(page, middle) - page[start]);
            if (order == 0) {
                return middle;
            } else if (order > 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1 - low;
    }

    /** Returns how many keys are less than a key. */
    static int rank(byte[] page, Bytes key) {
        int at = search(page, key);
        return at < 0 ? -1 - at : at;
    }

    static boolean fitsPrefix(byte[] page, Bytes key) {
        int prefix = prefixLength(page);
        return count(page) > 0
                && key.length() >= prefix
                && Arrays.equals(
                        page,
                        PREFIX,
                        PREFIX + prefix,
                        key.sharedArray(),
                        key.sharedOffset(),
                        key.sharedOffset() + prefix);
    }

    static int keyLength(byte[] page, int i) {
        int start = start(page, i);
        return prefixLength(page) + end(page, i) - page[start] - start - 1;
    }

    /** Copies what is behind the prefix to the end of the prefix, which is in the array already. */
    static void copySuffix(byte[] page, int i, byte[] into) {
        int start = start(page, i);
        System.arraycopy(page, start + 1, into, prefixLength(page), end(page, i) - page[start] - start - 1);
    }

    static void copyPrefix(byte[] page, byte[] into) {
        System.arraycopy(page, PREFIX, into, 0, prefixLength(page));
    }

    static byte[] key(byte[] page, int i) {
        byte[] key = new byte[keyLength(page, i)];
        copyPrefix(page, key);
        copySuffix(page, i, key);
        return key;
    }

    static byte[] tail(byte[] page, int i) {
        int end = end(page, i);
        return Arrays.copyOfRange(page, end - page[start(page, i)], end);
    }

    static int tailLength(byte[] page, int i) {
        return page[start(page, i)];
    }

    static void readHead(byte[] page, int i, Version into) {
        int end = end(page, i);
        Heads.read(page, end - page[start(page, i)], end, into);
    }

    static boolean isLive(byte[] page, int i) {
        int end = end(page, i);
        return Heads.isLive(page, end - page[start(page, i)], end);
    }

    /**
     * Makes a page that a draft may change.
     *
     * @param draft the draft
     * @param more by how many bytes the page will grow
     * @return the page itself if the draft owns it and it has room, else a copy
     */
    static byte[] writable(byte[] page, long draft, int more) {
        boolean owned = isOwned(page, draft);
        int slots = count(page) * page[SLOT_WIDTH];
        int used = used(page);
        if (owned && page.length - slots - used >= more) {
            return page;
        }
        byte[] copy = new byte[used + slots + Math.max(more, 0) + (owned ? ROOM : 0)];
        System.arraycopy(page, 0, copy, 0, used);
        System.arraycopy(page, page.length - slots, copy, copy.length - slots, slots);
        LONG.set(copy, DRAFT, draft);
        return copy;
    }

    /** Returns by how many bytes a page grows when a key comes in that fits its prefix. */
    static int growth(byte[] page, int keyLength, int tailLength) {
        return 1 + keyLength - prefixLength(page) + tailLength + page[SLOT_WIDTH];
    }

    /** Puts in a key that fits the prefix, before entry {@code i}. */
    static void insert(byte[] page, int i, Bytes key, byte[] tail, int tailLength) {
        int count = count(page);
        int used = used(page);
        int prefix = prefixLength(page);
        int suffix = key.length() - prefix;
        int size = 1 + suffix + tailLength;
        int at = i < count ? start(page, i) : used;
        System.arraycopy(page, at, page, at + size, used - at);
        page[at] = (byte) tailLength;
        System.arraycopy(key.sharedArray(), key.sharedOffset() + prefix, page, at + 1, suffix);
        System.arraycopy(tail, 0, page, at + 1 + suffix, tailLength);
        for (int j = count; j > i; j--) {
            setStart(page, j, start(page, j - 1) + size);
        }
        setStart(page, i, at);
        CHAR.set(page, COUNT, (char) (count + 1));
        INT.set(page, USED, used + size);
    }

    /** Puts another tail behind key {@code i}. */
    static void setTail(byte[] page, int i, byte[] tail, int tailLength) {
        int start = start(page, i);
        int end = end(page, i);
        int from = end - page[start];
        int more = tailLength - page[start];
        if (more != 0) {
            shift(page, i + 1, end, more);
            page[start] = (byte) tailLength;
        }
        System.arraycopy(tail, 0, page, from, tailLength);
    }

    static void addDead(byte[] page, int more) {
        CHAR.set(page, DEAD, (char) (dead(page) + more));
    }

    /** Takes out entry {@code i}. */
    static void remove(byte[] page, int i) {
        int count = count(page);
        int start = start(page, i);
        int end = end(page, i);
        shift(page, i + 1, end, start - end);
        for (int j = i; j + 1 < count; j++) {
            setStart(page, j, start(page, j + 1));
        }
        CHAR.set(page, COUNT, (char) (count - 1));
    }

    /** Moves entries from {@code i} on, which begin at {@code from}. */
    private static void shift(byte[] page, int i, int from, int more) {
        int used = used(page);
        System.arraycopy(page, from, page, from + more, used - from);
        for (int j = i, count = count(page); j < count; j++) {
            setStart(page, j, start(page, j) + more);
        }
        INT.set(page, USED, used + more);
    }

    /**
     * Makes a page of some entries of a list, just as large as it has to be.
     *
     * @param draft who owns it
     * @param entries the list
     * @param from first entry
     * @param to behind the last entry
     */
    static byte[] fill(long draft, Entries entries, int from, int to) {
        int count = to - from;
        int prefix = entries.commonPrefix(from, to);
        int used = PREFIX + prefix + entries.bytes(from, to) - count * prefix;
        byte[] page = new byte[size(count, prefix, used - PREFIX - prefix)];
        LONG.set(page, DRAFT, draft);
        INT.set(page, USED, used);
        INT.set(page, PREFIX_LENGTH, prefix);
        CHAR.set(page, COUNT, (char) count);
        page[SLOT_WIDTH] = (byte) (used > Character.MAX_VALUE ? Integer.BYTES : Character.BYTES);
        if (count > 0) {
            System.arraycopy(entries.key(from), 0, page, PREFIX, prefix);
        }
        int at = PREFIX + prefix;
        int dead = 0;
        for (int i = 0; i < count; i++) {
            byte[] key = entries.key(from + i);
            byte[] tail = entries.tail(from + i);
            setStart(page, i, at);
            page[at++] = (byte) tail.length;
            System.arraycopy(key, prefix, page, at, key.length - prefix);
            at += key.length - prefix;
            System.arraycopy(tail, 0, page, at, tail.length);
            dead += tail.length == 0 || Heads.isLive(tail, 0, tail.length) ? 0 : 1;
            at += tail.length;
        }
        CHAR.set(page, DEAD, (char) dead);
        return page;
    }
}
