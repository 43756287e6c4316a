/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The plainest index: all that ever happened to each key, looked through from the end. Forgets nothing. */
final class HistoryModel {
    private final NavigableMap<Bytes, List<Entry>> histories = new TreeMap<>();

    /** One version; number 0 is a tombstone. */
    record Entry(long main, long sub, long create, long number) {}

    /** A key and its version. */
    record Found(Bytes key, Entry version) {}

    Entry put(Bytes key, long main, long sub) {
        Entry before = get(key, main);
        Entry entry = before == null
                ? new Entry(main, sub, main, 1)
                : new Entry(main, sub, before.create(), before.number() + 1);
        histories.computeIfAbsent(key, any -> new ArrayList<>()).add(entry);
        return entry;
    }

    void delete(Bytes key, long main, long sub) {
        histories.computeIfAbsent(key, any -> new ArrayList<>()).add(new Entry(main, sub, 0, 0));
    }

    @Nullable
    Entry get(Bytes key, long atMain) {
        return newest(histories.getOrDefault(key, List.of()), atMain);
    }

    private static @Nullable Entry newest(List<Entry> history, long atMain) {
        for (int i = history.size() - 1; i >= 0; i--) {
            if (history.get(i).main() <= atMain) {
                return history.get(i).number() == 0 ? null : history.get(i);
            }
        }
        return null;
    }

    List<Found> scan(KeyRange range, long atMain) {
        List<Found> found = new ArrayList<>();
        histories.forEach((key, history) -> {
            Entry newest = range.contains(key) ? newest(history, atMain) : null;
            if (newest != null) {
                found.add(new Found(key, newest));
            }
        });
        return found;
    }
}
