/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import dev.quorate.api.model.KeyRange;
import java.util.ArrayList;
import java.util.List;

/**
 * The watchers of one range: what one of them hears, all hear, but for filters and previous values, so events are put
 * together once per group.
 */
final class WatcherGroup {
    final KeyRange range;
    final List<Watcher> watchers = new ArrayList<>(1);

    /** How many of them want previous values. */
    int wantPrevious;

    /** What they are to hear next; confined to the dispatcher. */
    private List<EventSource> matched = List.of();

    WatcherGroup(KeyRange range) {
        this.range = range;
    }

    void add(Watcher watcher) {
        watcher.group = this;
        watcher.slot = watchers.size();
        watchers.add(watcher);
        if ((watcher.variant & Watcher.PREVIOUS) != 0) {
            wantPrevious++;
        }
    }

    /** Takes a watcher out; the last one gets its place. */
    void remove(Watcher watcher) {
        Watcher last = watchers.remove(watchers.size() - 1);
        if (last != watcher) {
            watchers.set(watcher.slot, last);
            last.slot = watcher.slot;
        }
        watcher.group = null;
        if ((watcher.variant & Watcher.PREVIOUS) != 0) {
            wantPrevious--;
        }
    }

    boolean isUntouched() {
        return matched.isEmpty();
    }

    void matched(EventSource source) {
        if (matched.isEmpty()) {
            matched = new ArrayList<>(1);
        }
        matched.add(source);
    }

    /** Takes what was matched. */
    EventCuts takeMatched() {
        EventCuts cuts = new EventCuts(matched, wantPrevious > 0, wantPrevious < watchers.size());
        matched = List.of();
        return cuts;
    }
}
