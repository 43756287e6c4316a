/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.EventType;
import dev.quorate.api.model.Events;
import dev.quorate.mvcc.Change;
import org.jspecify.annotations.Nullable;

/** A change, and the events that tell it: each is encoded once, when it is wanted first. Confined to the dispatcher. */
final class EventSource {
    final Change change;
    private final WatchHistory history;
    private boolean matched;
    private @Nullable Bytes plain;
    private @Nullable Bytes withPrevious;

    EventSource(Change change, WatchHistory history) {
        this.change = change;
        this.history = history;
    }

    /** Notes that somebody wants it. Returns true at the first call. */
    boolean match() {
        boolean first = !matched;
        matched = true;
        return first;
    }

    Bytes plain() {
        Bytes event = plain;
        if (event == null) {
            event = Events.encode(change.type(), change.record(), null);
            plain = event;
        }
        return event;
    }

    /** The event with what was there before: the record at the revision before, unless that is compacted. */
    Bytes withPrevious() {
        Bytes event = withPrevious;
        if (event == null) {
            Bytes previous = change.created() ? null : history.recordAt(change.key(), change.main() - 1);
            event = previous == null ? plain() : Events.encode(change.type(), change.record(), previous);
            withPrevious = event;
        }
        return event;
    }

    boolean isWanted(int variant) {
        return (variant & (change.type() == EventType.PUT ? Watcher.NO_PUT : Watcher.NO_DELETE)) == 0;
    }
}
