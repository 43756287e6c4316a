/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.Entry;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import org.apiguardian.api.API;

/**
 * A piece of the log in memory: entries without a gap, appended behind, cut off at either end.
 *
 * <p>What {@link #slice} hands out stays as it is, whatever happens to the window, and costs no copy: a place of the
 * array that a slice may see is never written again. Not thread-safe; slices may be read by any thread that got them
 * safely.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class EntryWindow {
    private static final int START_CAPACITY = 16;

    private Entry[] array = new Entry[0];
    private int start; // place of the first entry
    private int count;
    private int written; // places from here on were never written
    private long firstIndex;

    /**
     * Makes an empty window.
     *
     * @param firstIndex index of the entry that comes first
     */
    public EntryWindow(long firstIndex) {
        this.firstIndex = firstIndex;
    }

    /**
     * Returns the index of the first entry, or of the one that would be.
     *
     * @return the index
     */
    public long firstIndex() {
        return firstIndex;
    }

    /**
     * Returns the index behind the last entry.
     *
     * @return the index
     */
    public long endIndexExclusive() {
        return firstIndex + count;
    }

    /**
     * Tells whether there is no entry.
     *
     * @return true if there is none
     */
    public boolean isEmpty() {
        return count == 0;
    }

    /**
     * Returns an entry.
     *
     * @param index its index, within the window
     * @return the entry
     */
    public Entry get(long index) {
        check(index, index + 1);
        return array[start + (int) (index - firstIndex)];
    }

    /**
     * Appends entries; what is in the window from the first of them on is replaced.
     *
     * @param entries without a gap, beginning within the window or right behind it
     */
    public void append(List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        long from = entries.get(0).index();
        check(firstIndex, from);
        count = (int) (from - firstIndex);
        room(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            array[start + count + i] = entries.get(i);
        }
        count += entries.size();
        written = start + count;
    }

    /** Makes room behind the entries, in a new array if the places there were written before. */
    private void room(int more) {
        if (start + count == written && written + more <= array.length) {
            return;
        }
        Entry[] larger = new Entry[Math.max(START_CAPACITY, count + Math.max(more, count / 2))];
        System.arraycopy(array, start, larger, 0, count);
        array = larger;
        start = 0;
        written = count;
    }

    /**
     * Drops entries at the beginning.
     *
     * @param index first entry that stays; the window is empty from there on if it ends before
     */
    public void dropBefore(long index) {
        if (index <= firstIndex) {
            return;
        }
        int dropped = (int) Math.min(count, index - firstIndex);
        start += dropped;
        count -= dropped;
        firstIndex = index;
        if (count == 0) {
            array = new Entry[0];
            start = 0;
            written = 0;
        } else if (count < array.length / 4) {
            array = Arrays.copyOfRange(array, start, start + count);
            start = 0;
            written = count;
        }
    }

    /**
     * Returns some entries. The list does not change any more.
     *
     * @param from first index
     * @param endExclusive index behind the last one
     * @return the entries
     */
    public List<Entry> slice(long from, long endExclusive) {
        check(from, endExclusive);
        return new Slice(array, start + (int) (from - firstIndex), (int) (endExclusive - from));
    }

    /**
     * Returns some entries, as many as a limit allows, but at least one.
     *
     * @param from first index
     * @param endExclusive index behind the last one
     * @param bytesMax most bytes, as the entries are encoded in messages
     * @return the entries
     */
    public List<Entry> slice(long from, long endExclusive, long bytesMax) {
        long termBefore = from > firstIndex ? get(from - 1).term() : -1;
        return EntrySizes.limit(slice(from, endExclusive), termBefore, bytesMax);
    }

    private void check(long from, long endExclusive) {
        if (from > endExclusive || from < firstIndex || endExclusive > endIndexExclusive()) {
            throw new IllegalStateException("entries from " + from + " to before " + endExclusive
                    + " are asked for, but there are those from " + firstIndex + " to before " + endIndexExclusive());
        }
    }

    private static final class Slice extends AbstractList<Entry> implements RandomAccess {
        private final Entry[] array;
        private final int start;
        private final int size;

        Slice(Entry[] array, int start, int size) {
            this.array = array;
            this.start = start;
            this.size = size;
        }

        @Override
        public Entry get(int position) {
            return array[start + java.util.Objects.checkIndex(position, size)];
        }

        @Override
        public List<Entry> subList(int from, int to) {
            java.util.Objects.checkFromToIndex(from, to, size);
            return new Slice(array, start + from, to - from);
        }

        @Override
        public int size() {
            return size;
        }
    }
}
