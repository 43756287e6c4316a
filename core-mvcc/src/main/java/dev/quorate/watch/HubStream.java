/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import dev.quorate.api.inbound.WatchStream;
import dev.quorate.api.model.WatchCreateRequest;
import dev.quorate.api.model.WatchResponse;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** The watchers of one client stream, with their common queue of answers. Made by {@link WatchHub#open}. */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings("DoNotCallSuggester") // until the machinery is in
public final class HubStream implements WatchStream {
    HubStream() {}

    @Override
    public void create(WatchCreateRequest request) {
        throw new UnsupportedOperationException();
    }

    /**
     * Answers a creation that somebody before the hub refused: watch id -1, created and canceled.
     *
     * @param cancelReason why
     */
    public void reject(String cancelReason) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void cancel(long watchId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void requestProgress() {
        throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable WatchResponse poll() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
