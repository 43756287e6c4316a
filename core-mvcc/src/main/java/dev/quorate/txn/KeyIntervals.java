/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.txn;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyRange;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A set of keys given by ranges, kept as disjoint intervals, so that asking takes logarithmic time. */
final class KeyIntervals {
    /** First key to end, exclusive; no end (the empty bytes) only in the last interval. */
    private final NavigableMap<Bytes, Bytes> intervals = new TreeMap<>();

    boolean isEmpty() {
        return intervals.isEmpty();
    }

    void add(KeyRange range) {
        if (range.isSingle()) {
            add(range.key(), range.key().concat(KeyRange.FROM_KEY));
        } else if (range.isFromKey()) {
            add(range.key(), Bytes.EMPTY);
        } else if (!range.isEmpty()) {
            add(range.key(), range.end());
        }
    }

    void addAll(KeyIntervals other) {
        other.intervals.forEach(this::add);
    }

    private void add(Bytes from, Bytes to) {
        Bytes first = from;
        Bytes end = to;
        Map.Entry<Bytes, Bytes> before = intervals.floorEntry(first);
        if (before != null && reaches(before.getValue(), first)) {
            first = before.getKey();
            end = later(end, before.getValue());
        }
        Map.Entry<Bytes, Bytes> next = intervals.ceilingEntry(first);
        while (next != null && reaches(end, next.getKey())) {
            end = later(end, next.getValue());
            intervals.remove(next.getKey());
            next = intervals.ceilingEntry(first);
        }
        intervals.put(first, end);
    }

    boolean contains(Bytes key) {
        Map.Entry<Bytes, Bytes> before = intervals.floorEntry(key);
        return before != null
                && (before.getValue().isEmpty() || before.getValue().compareTo(key) > 0);
    }

    private static boolean reaches(Bytes end, Bytes key) {
        return end.isEmpty() || end.compareTo(key) >= 0;
    }

    private static Bytes later(Bytes one, Bytes other) {
        if (one.isEmpty() || other.isEmpty()) {
            return Bytes.EMPTY;
        }
        return one.compareTo(other) >= 0 ? one : other;
    }
}
