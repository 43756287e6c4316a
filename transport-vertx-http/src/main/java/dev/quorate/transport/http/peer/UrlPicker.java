/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.raft.spi.PeerUrl;
import java.util.List;

/**
 * Stays with a URL of a member while it works, and goes on to the next when it does not. For the event loop only, but
 * {@link #all}.
 */
final class UrlPicker {
    private volatile List<PeerUrl> urls;
    private int picked;

    UrlPicker(List<PeerUrl> urls) {
        this.urls = urls;
    }

    void update(List<PeerUrl> changed) {
        urls = changed;
        picked = 0;
    }

    PeerUrl pick() {
        return urls.get(picked);
    }

    int count() {
        return urls.size();
    }

    void unreachable(PeerUrl url) {
        if (urls.get(picked).equals(url)) {
            picked = (picked + 1) % urls.size();
        }
    }

    List<PeerUrl> all() {
        return urls;
    }
}
