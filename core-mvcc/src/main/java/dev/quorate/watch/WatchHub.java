/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import dev.quorate.api.inbound.Watches;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.platform.Metrics;
import dev.quorate.mvcc.RevisionChanges;
import java.util.List;
import java.util.function.LongFunction;
import org.apiguardian.api.API;

/**
 * Brings the changes of a member's store to its watchers.
 *
 * <p>One thread at a time, the dispatcher, calls {@link #onCommitted}, {@link #pump} and {@link #onRestored};
 * everything else is thread-safe.
 *
 * <pre>{@code
 * while (running) {
 *     hub.onCommitted(changes.take());          // in order, after they were published
 *     while (hub.pump() && changes.isEmpty()) {} // one piece of the past for those who lag
 * }
 * }</pre>
 *
 * <p>Revisions may be left out of what is fed, for instance because the dispatcher's own queue is full: the hub sees
 * the gap and reads it from the store. After a gap at the end of which nothing comes, call {@link #onRestored}.
 */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings("DoNotCallSuggester") // until the machinery is in
public final class WatchHub implements Watches {
    /**
     * Creates a hub that stands at the published revision.
     *
     * @param history what watches read of the store
     * @param headers makes the header of an answer from a revision; thread-safe
     * @param settings bounds and times
     * @param metrics takes counts
     * @param onWork called on any thread when {@link #pump} has something to do after it had nothing; must return at
     *     once
     */
    public WatchHub(
            WatchHistory history,
            LongFunction<ResponseHeader> headers,
            WatchSettings settings,
            Metrics metrics,
            Runnable onWork) {
        throw new UnsupportedOperationException();
    }

    @Override
    public HubStream open(Runnable onAvailable) {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes what has changed. Known revisions are ignored.
     *
     * @param changes the changes by revision, published already
     */
    public void onCommitted(List<RevisionChanges> changes) {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads one piece of the past for watchers that lag and have room for answers.
     *
     * @return whether there is more to do now
     */
    public boolean pump() {
        throw new UnsupportedOperationException();
    }

    /**
     * Goes on with another state of the store, which a snapshot brought, or with the same one after revisions that were
     * not fed. Watchers read from it what they have not heard.
     *
     * @param next what watches read from now on
     */
    public void onRestored(WatchHistory next) {
        throw new UnsupportedOperationException();
    }

    /**
     * Tells quiet watchers the revision where it is time. To be called some ten times per
     * {@link WatchSettings#progressNanos}.
     *
     * @param nowNanos now
     */
    public void tickProgress(long nowNanos) {
        throw new UnsupportedOperationException();
    }
}
