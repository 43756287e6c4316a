/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.inbound;

import dev.quorate.api.model.WatchCreateRequest;
import dev.quorate.api.model.WatchResponse;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Watchers that share a queue of answers.
 *
 * <p>The taker sets the pace. What waits in the queue is bounded in bytes; watchers that fall behind it read their
 * events again from storage when there is room, so nothing is lost and a slow taker costs bounded memory. Thread-safe,
 * but {@link #poll} is called by one thread at a time.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface WatchStream extends AutoCloseable {
    /**
     * Adds a watcher. The answer, good or bad, comes through {@link #poll}.
     *
     * @param request what to watch
     */
    void create(WatchCreateRequest request);

    /**
     * Ends a watcher; the answer comes through {@link #poll}. An unknown id is ignored.
     *
     * @param watchId which
     */
    void cancel(long watchId);

    /**
     * Asks for an answer with watch id -1 and the current revision, given only if all watchers have heard everything up
     * to it.
     */
    void requestProgress();

    /**
     * Takes the next answer.
     *
     * @return the answer, or null if there is none now
     */
    @Nullable
    WatchResponse poll();

    /** Ends all watchers. Nothing more comes. */
    @Override
    void close();
}
