/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.SnapshotMark;
import java.util.ArrayList;
import java.util.List;

/**
 * What the records of a log, taken in the order in which they were written, leave of its entries.
 *
 * <pre>
 * entries 1 to 10, entry 6        1 to 6: what an entry replaces, and all behind it, was never committed
 * entries 1 to 10, snapshot 7     1 to 10: the member's own snapshot, it holds entry 7
 * entries 1 to 10, snapshot 90    none, the next one is 91: the state of another member has taken their place
 * entries 1 to 10, snapshot 7 of another term
 *                                 none, the next one is 8: entries 7 to 10 were never committed
 * </pre>
 *
 * <p>Not thread-safe.
 */
final class WalEntries {
    private final SnapshotMark start;
    private final List<Entry> entries = new ArrayList<>();
    private SnapshotMark noted = SnapshotMark.NONE; // the last one that has come

    /**
     * Begins without entries.
     *
     * @param start the snapshot that the log vouches for
     */
    WalEntries(SnapshotMark start) {
        this.start = start;
    }

    /** Takes an entry of a file, which is named if the entry leaves a gap. */
    void add(Entry entry, String file) {
        if (!entries.isEmpty()) {
            long position = entry.index() - entries.get(0).index();
            if (position < 0 || (position > entries.size() && entry.index() == noted.index() + 1)) {
                entries.clear();
            } else if (position > entries.size()) {
                throw new WalDamagedException(
                        file,
                        0,
                        "entry " + entry.index() + " follows entry "
                                + entries.get(entries.size() - 1).index());
            } else {
                entries.subList((int) position, entries.size()).clear();
            }
        }
        entries.add(entry);
    }

    /** Takes what a log says of a snapshot. One that was never committed has no effect: the entries go on. */
    void note(SnapshotMark mark) {
        noted = mark;
        if (mark.equals(start) && isInstead()) {
            entries.clear();
        }
    }

    /** Tells whether the snapshot is in place of the entries: whether they do not lead to it. */
    private boolean isInstead() {
        if (entries.isEmpty() || entries.get(0).index() == start.index() + 1) {
            return false;
        }
        long position = start.index() - entries.get(0).index();
        return position < 0
                || position >= entries.size()
                || entries.get((int) position).term() != start.term();
    }

    /** Returns the entries behind the snapshot. */
    List<Entry> behind() {
        return entries.stream().filter(entry -> entry.index() > start.index()).toList();
    }
}
