/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyRange;
import java.util.Arrays;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The plainest index: a map from keys to all their revisions. Each key's history is an array that is replaced and never
 * changed, so a reader that looks for revisions up to a published one sees a fixed state; unless that one has been
 * compacted meanwhile, and then it ends in {@link VanishedException}.
 */
final class SkipListIndex implements VersionIndex, VersionIndex.View {
    /** Four numbers for each record: main, sub, create, version (0 for a tombstone). */
    private static final int WIDTH = 4;

    private final ConcurrentNavigableMap<Bytes, long[]> histories = new ConcurrentSkipListMap<>();
    private volatile long compacted = -1; // set before anything is forgotten

    @Override
    public void put(Bytes key, long main, long sub, long create, long version) {
        append(key, main, sub, create, version);
    }

    @Override
    public void tombstone(Bytes key, long main, long sub) {
        append(key, main, sub, 0, 0);
    }

    private void append(Bytes key, long... record) {
        long[] history = histories.get(key);
        if (history == null) {
            histories.put(key.compact(), record);
        } else {
            long[] longer = Arrays.copyOf(history, history.length + WIDTH);
            System.arraycopy(record, 0, longer, history.length, WIDTH);
            histories.put(key, longer);
        }
    }

    @Override
    public void compact(long main) {
        compacted = main;
        histories.forEach((key, history) -> {
            int newest = newest(history, main);
            if (newest < 0) {
                return;
            }
            int from = history[newest + 3] == 0 ? newest + WIDTH : newest;
            if (from == history.length) {
                histories.remove(key);
            } else if (from > 0) {
                histories.put(key, Arrays.copyOfRange(history, from, history.length));
            }
        });
    }

    @Override
    public View draft() {
        return this;
    }

    @Override
    public View publish() {
        return this;
    }

    @Override
    public boolean find(Bytes key, long atMain, Version into) {
        boolean found = find(histories.get(key), atMain, into);
        check(atMain);
        return found;
    }

    private void check(long atMain) {
        if (atMain < compacted) {
            throw new VanishedException(atMain, 0);
        }
    }

    private static boolean find(long @Nullable [] history, long atMain, Version into) {
        int at = history == null ? -1 : newest(history, atMain);
        if (history == null || at < 0 || history[at + 3] == 0) {
            return false;
        }
        into.set(history[at], history[at + 1], history[at + 2], history[at + 3]);
        return true;
    }

    private static int newest(long[] history, long atMain) {
        int at = history.length - WIDTH;
        while (at >= 0 && history[at] > atMain) {
            at -= WIDTH;
        }
        return at;
    }

    @Override
    public long count(KeyRange range, long atMain) {
        long[] count = new long[1];
        scan(range, atMain, (key, offset, length, version) -> {
            count[0]++;
            return true;
        });
        return count[0];
    }

    @Override
    public void scan(KeyRange range, long atMain, Visitor visitor) {
        if (range.isEmpty()) {
            return;
        }
        Version version = new Version();
        ConcurrentNavigableMap<Bytes, long[]> part = range.isSingle()
                ? histories.subMap(range.key(), true, range.key(), true)
                : range.isFromKey()
                        ? histories.tailMap(range.key(), true)
                        : histories.subMap(range.key(), true, range.end(), false);
        for (var entry : part.entrySet()) {
            Bytes key = entry.getKey();
            boolean found = find(entry.getValue(), atMain, version);
            check(atMain);
            if (found && !visitor.visit(key.sharedArray(), key.sharedOffset(), key.length(), version)) {
                return;
            }
        }
        check(atMain);
    }
}
