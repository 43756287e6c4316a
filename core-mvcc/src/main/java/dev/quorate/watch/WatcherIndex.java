/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import dev.quorate.api.bytes.Bytes;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Watchers, found by a key that they watch. A watcher is in one index at a time. */
final class WatcherIndex {
    private final Map<Bytes, WatcherGroup> singles = new HashMap<>();
    private final RangeTree ranges = new RangeTree();

    void add(Watcher watcher) {
        WatcherGroup group = watcher.range.isSingle()
                ? singles.computeIfAbsent(watcher.range.key(), key -> new WatcherGroup(watcher.range))
                : ranges.groupOf(watcher.range);
        group.add(watcher);
    }

    void remove(Watcher watcher) {
        WatcherGroup group = Objects.requireNonNull(watcher.group, "a watcher that is in no index");
        group.remove(watcher);
        if (group.watchers.isEmpty()) {
            if (group.range.isSingle()) {
                singles.remove(group.range.key());
            } else {
                ranges.remove(group.range);
            }
        }
    }

    boolean isEmpty() {
        return singles.isEmpty() && ranges.isEmpty();
    }

    /** Hands over every group that watches a key. */
    void find(Bytes key, Consumer<WatcherGroup> found) {
        WatcherGroup single = singles.get(key);
        if (single != null) {
            found.accept(single);
        }
        ranges.find(key, found);
    }
}
