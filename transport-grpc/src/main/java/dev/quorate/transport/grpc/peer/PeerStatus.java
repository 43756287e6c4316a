/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.raft.spi.PeerObserver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a member is connected, and since when. Changed on the event loop only; may be asked from anywhere. */
final class PeerStatus {
    private static final Logger LOG = LoggerFactory.getLogger(PeerStatus.class);

    private final long peerId;
    private final PeerObserver observer;
    private volatile boolean active;
    private volatile long sinceNanos;

    PeerStatus(long peerId, PeerObserver observer) {
        this.peerId = peerId;
        this.observer = observer;
    }

    void activate() {
        if (!active) {
            LOG.atInfo().addKeyValue("peer-id", Long.toHexString(peerId)).log("peer became active");
            sinceNanos = Nanos.now();
            active = true;
            observer.active(peerId, true);
        }
    }

    void deactivate(String action, String source, @Nullable String reason) {
        String error = "failed to " + action + " " + Long.toHexString(peerId) + " on " + source + " (" + reason + ")";
        if (active) {
            LOG.atWarn()
                    .addKeyValue("peer-id", Long.toHexString(peerId))
                    .addKeyValue("error", error)
                    .log("peer became inactive (message send to peer failed)");
            active = false;
            observer.active(peerId, false);
        } else {
            LOG.atDebug()
                    .addKeyValue("peer-id", Long.toHexString(peerId))
                    .addKeyValue("error", error)
                    .log("peer deactivated again");
        }
    }

    /** Not a failure: the member is not wanted any more. */
    void stop() {
        if (active) {
            active = false;
            observer.active(peerId, false);
        }
        LOG.atInfo().addKeyValue("remote-peer-id", Long.toHexString(peerId)).log("stopped remote peer");
    }

    boolean isActive() {
        return active;
    }

    long connectedNanos() {
        return active ? Nanos.since(sinceNanos) : -1;
    }
}
