/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.WatchCreateRequest;
import dev.quorate.api.model.WatchFilter;
import org.jspecify.annotations.Nullable;

/**
 * One watcher. Guarded by the lock of the hub.
 *
 * <pre>
 *             created in the past                        room            caught up
 * (create) ----------------------> LAGGING &lt;------ PARKED      LAGGING ----------> SYNCED
 *     \--------------------------------------------------------------------------> SYNCED
 *                                  LAGGING ------> PARKED &lt;------------------------ SYNCED
 *                                         no room             no room
 * any of them --- history compacted ---> COMPACTED        any --- canceled ---> CANCELED
 * </pre>
 */
final class Watcher {
    /** Bit of {@link #variant}: events tell what was before. */
    static final int PREVIOUS = 1;

    /** Bit of {@link #variant}: no puts. */
    static final int NO_PUT = 2;

    /** Bit of {@link #variant}: no deletions. */
    static final int NO_DELETE = 4;

    /** How many values {@link #variant} has. */
    static final int VARIANTS = 8;

    /** Where a watcher stands. */
    enum State {
        /** Gets what is committed; has heard everything up to the hub's claimed revision. */
        SYNCED,
        /** Waits for a piece of the past. */
        LAGGING,
        /** Waits for room in its stream. */
        PARKED,
        /** Was told that its history is gone; its id stays taken until it is canceled, as in etcd. */
        COMPACTED,
        /** Is gone. */
        CANCELED
    }

    final HubStream stream;
    final long id;
    final KeyRange range;
    final int variant;
    final boolean fragment;
    final boolean progressNotify;
    final long startRevision;

    /**
     * The first revision that it has not heard, unless it is synced: then the first that it may hear at all, and what
     * it has heard ends at the hub's claimed revision.
     */
    long nextRevision;

    State state = State.CANCELED;

    /** No events since the last progress tick. */
    boolean quiet = true;

    /** The group that it is in, and its place there; kept by {@link WatcherIndex}. */
    @Nullable
    WatcherGroup group;

    int slot;

    Watcher(HubStream stream, long id, KeyRange range, WatchCreateRequest request, long nextRevision) {
        this.stream = stream;
        this.id = id;
        this.range = range;
        this.variant = (request.prevKv() ? PREVIOUS : 0)
                | (request.filters().contains(WatchFilter.NO_PUT) ? NO_PUT : 0)
                | (request.filters().contains(WatchFilter.NO_DELETE) ? NO_DELETE : 0);
        this.fragment = request.fragment();
        this.progressNotify = request.progressNotify();
        this.startRevision = request.startRevision();
        this.nextRevision = nextRevision;
    }
}
