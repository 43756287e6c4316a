/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.mvcc.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A bounded piece of the past, read once for several watchers that lag. Confined to the dispatcher.
 *
 * <p>Every watcher that goes along stands at its beginning or behind that. It ends between two revisions.
 */
final class PastPiece {
    private final WatchHistory history;
    private final WatchSettings settings;
    private final long lastRevision;
    private final List<Watcher> watchers = new ArrayList<>();
    private final WatcherIndex index = new WatcherIndex();
    private final Map<WatcherGroup, EventCuts> cuts = new HashMap<>();
    private final long startRevision;
    private long endRevision;

    PastPiece(WatchHistory history, WatchSettings settings, long startRevision, long lastRevision) {
        this.history = history;
        this.settings = settings;
        this.startRevision = startRevision;
        this.lastRevision = lastRevision;
    }

    /** Adds a watcher that has heard everything before the piece, or more. */
    void add(Watcher watcher) {
        watchers.add(watcher);
        index.add(watcher);
    }

    boolean isEmpty() {
        return watchers.isEmpty();
    }

    List<Watcher> watchers() {
        return watchers;
    }

    /** The last revision that was read. */
    long endRevision() {
        return endRevision;
    }

    List<EventCuts.Cut> cutsOf(Watcher watcher) {
        EventCuts heard = cuts.get(Objects.requireNonNull(watcher.group, "a watcher of this piece has a group"));
        return heard == null
                ? List.of()
                : heard.of(watcher.variant, watcher.nextRevision, settings.batchRevisionsMax());
    }

    /** Reads it. Returns false if it has been compacted. */
    boolean read() {
        Reading reading = new Reading();
        endRevision = lastRevision;
        try {
            history.changes(startRevision, lastRevision, reading::visit);
        } catch (EtcdException failure) {
            if (failure.is(EtcdError.COMPACTED)) {
                return false;
            }
            throw failure;
        }
        for (WatcherGroup group : reading.touched) {
            EventCuts heard = group.takeMatched();
            heard.prepare();
            cuts.put(group, heard);
        }
        return true;
    }

    private final class Reading {
        final List<WatcherGroup> touched = new ArrayList<>();
        private long revision;
        private int changes;
        private long bytes;

        boolean visit(Change change) {
            if (change.main() != revision) {
                if (changes >= settings.pieceChangesMax() || bytes >= settings.pieceBytesMax()) {
                    endRevision = revision;
                    return false;
                }
                revision = change.main();
            }
            changes++;
            EventSource source = new EventSource(change, history);
            index.find(change.key(), group -> {
                if (group.isUntouched()) {
                    touched.add(group);
                }
                if (source.match()) {
                    bytes += change.record().length();
                }
                group.matched(source);
            });
            return true;
        }
    }
}
