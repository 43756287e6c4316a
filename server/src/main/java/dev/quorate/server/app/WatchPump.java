/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.mvcc.RevisionChanges;
import dev.quorate.watch.WatchHistory;
import dev.quorate.watch.WatchHub;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The dispatcher's work: takes changes from the thread that applies and feeds them to the hub, off that thread.
 *
 * <p>{@link #offer} never waits. When too many changes lie here, newer ones are left out, and the hub reads them from
 * storage; so a slow dispatcher costs bounded memory. {@link #run} is the body of one thread.
 */
final class WatchPump implements Runnable {
    private static final int CHANGES_MAX = 100_000;

    private final WatchHub hub;
    private final WatchHistory history;
    private List<RevisionChanges> queue = new ArrayList<>();
    private int queuedChanges;
    private boolean gap;
    private volatile boolean woken;
    private volatile boolean stopped;
    private volatile @Nullable Thread dispatcher;

    WatchPump(Function<Runnable, WatchHub> hub, WatchHistory history) {
        this.history = history;
        this.hub = hub.apply(this::wake);
    }

    WatchHub hub() {
        return hub;
    }

    void offer(List<RevisionChanges> changes) {
        boolean first;
        synchronized (this) {
            first = queue.isEmpty();
            if (queuedChanges > CHANGES_MAX) {
                gap = true;
            } else {
                for (RevisionChanges change : changes) {
                    queue.add(change);
                    queuedChanges += change.changes().size();
                }
            }
        }
        if (first) {
            wake();
        }
    }

    /** Hears that the store has gone on by revisions that are not offered. */
    void restored() {
        synchronized (this) {
            gap = true;
        }
        wake();
    }

    private void wake() {
        woken = true;
        LockSupport.unpark(dispatcher);
    }

    void stop() {
        stopped = true;
        wake();
    }

    @Override
    public void run() {
        dispatcher = Thread.currentThread();
        while (!stopped) {
            if (!work()) {
                LockSupport.park(this);
            }
        }
    }

    /** Does what there is to do now. Returns false if there was nothing. */
    boolean work() {
        if (!woken || stopped) {
            return false;
        }
        woken = false;
        feed();
        while (hub.pump() && !stopped) {
            feed();
        }
        return true;
    }

    private void feed() {
        List<RevisionChanges> taken;
        boolean missed;
        synchronized (this) {
            taken = queue;
            missed = gap;
            if (taken.isEmpty() && !missed) {
                return;
            }
            queue = new ArrayList<>();
            queuedChanges = 0;
            gap = false;
        }
        if (!taken.isEmpty()) {
            hub.onCommitted(taken);
        }
        if (missed) {
            hub.onRestored(history);
        }
    }
}
