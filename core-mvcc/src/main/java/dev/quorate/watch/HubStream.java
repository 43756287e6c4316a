/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import dev.quorate.api.inbound.WatchStream;
import dev.quorate.api.model.WatchCreateRequest;
import dev.quorate.api.model.WatchResponse;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The watchers of one client stream, with their common queue of answers. Made by {@link WatchHub#open}.
 *
 * <p>Thread-safe. {@link #create}, {@link #cancel}, {@link #reject}, {@link #requestProgress} and {@link #close} take
 * the hub's lock, which is never held during I/O; {@link #poll} takes only the lock of the queue.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class HubStream implements WatchStream {
    private final WatchHub hub;

    final Runnable onAvailable;
    final AnswerQueue queue;

    // The rest is guarded by the hub's lock.

    /** Every watcher whose id is taken. */
    final Map<Long, Watcher> watchers = new LinkedHashMap<>();

    /** Those that wait for room. */
    final Set<Watcher> parked = new LinkedHashSet<>();

    /** The id that is tried first for a watcher that brings none. */
    long nextId;

    /** How often quiet watchers are told the revision. */
    final long progressIntervalNanos;

    /** When they are next; counts from the first tick on. */
    long progressDueNanos;

    boolean progressDueSet;

    /** Requests for progress that wait until the hub has told {@link #progressRevision}. */
    int progressRequests;

    long progressRevision;
    boolean closed;

    HubStream(WatchHub hub, Runnable onAvailable, long queueBytesMax, long progressIntervalNanos) {
        this.hub = hub;
        this.onAvailable = onAvailable;
        this.queue = new AnswerQueue(queueBytesMax);
        this.progressIntervalNanos = progressIntervalNanos;
    }

    @Override
    public void create(WatchCreateRequest request) {
        hub.create(this, request);
    }

    /**
     * Answers a creation that somebody before the hub refused: watch id -1, created and canceled.
     *
     * @param cancelReason why
     */
    public void reject(String cancelReason) {
        hub.reject(this, cancelReason);
    }

    @Override
    public void cancel(long watchId) {
        hub.cancel(this, watchId);
    }

    @Override
    public void requestProgress() {
        hub.requestProgress(this);
    }

    @Override
    public @Nullable WatchResponse poll() {
        AnswerQueue.Taken taken = queue.take();
        if (taken.answer() != null) {
            hub.taken(this, taken.answer(), taken.roomAgain());
        }
        return taken.answer();
    }

    @Override
    public void close() {
        hub.close(this);
    }
}
