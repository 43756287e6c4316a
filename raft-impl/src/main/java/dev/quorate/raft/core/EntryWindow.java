/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The entries that are in the log but were not handed out for applying. */
final class EntryWindow {
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();

    void add(Entry entry) {
        entries.add(entry);
    }

    void addAll(Collection<Entry> more) {
        entries.addAll(more);
    }

    /** Takes entries up to an index, within bounds but at least one. */
    List<Entry> take(long lastIndex, int entriesMax, long bytesMax) {
        Entry first = entries.peek();
        if (first == null || first.index() > lastIndex) {
            return List.of();
        }
        List<Entry> taken = new ArrayList<>();
        long bytes = 0;
        while (first != null && first.index() <= lastIndex && taken.size() < entriesMax && bytes < bytesMax) {
            taken.add(entries.remove());
            bytes += first.data().length();
            first = entries.peek();
        }
        return taken;
    }
}
