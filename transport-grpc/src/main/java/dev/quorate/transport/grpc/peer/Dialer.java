/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.raft.spi.PeerUrl;
import io.grpc.Metadata;
import io.grpc.Status;
import java.net.ConnectException;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dials a member as long as there is no link to it: its URLs in turn, and of each all addresses. For the event loop
 * only.
 */
final class Dialer {
    private static final Logger LOG = LoggerFactory.getLogger(Dialer.class);
    private static final long PAUSE_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(100); // as etcd
    private static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(400);

    /** To give up what has just ended before anything new begins. */
    private static final long BREATH_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Peer peer;
    private final PeerParts parts;
    private volatile List<PeerUrl> urls = List.of(); // read by other threads
    private int picked;
    private int failures;
    private @Nullable Attempt attempt;
    private @Nullable Future<?> pause;
    private boolean stopped;
    private String lastError = "";

    Dialer(Peer peer, PeerParts parts) {
        this.peer = peer;
        this.parts = parts;
    }

    /** Takes other URLs, and dials the first of them now. */
    void update(List<PeerUrl> changed) {
        if (!changed.equals(urls)) {
            urls = changed;
            picked = 0;
            failures = 0;
            Attempt old = attempt;
            if (old != null) {
                attempt = null;
                old.giveUp();
            }
        }
        wake();
    }

    /** Where the member is reached; for any thread. */
    List<PeerUrl> urls() {
        return urls;
    }

    /** Dials again, since there is no link any more. */
    void again() {
        failures = 0;
        pause(BREATH_NANOS);
    }

    void stop() {
        stopped = true;
        cancelPause();
        Attempt old = attempt;
        if (old != null) {
            attempt = null;
            old.giveUp();
        }
    }

    private void wake() {
        cancelPause();
        if (stopped || attempt != null || urls.isEmpty() || peer.isLinked()) {
            return;
        }
        Attempt next = new Attempt(urls.get(picked));
        attempt = next;
        parts.channels()
                .find(next.url)
                .whenComplete((targets, failure) -> parts.loop().execute(() -> {
                    if (failure == null) {
                        next.begin(targets, 0);
                    } else {
                        next.failed(String.valueOf(failure.getMessage()), false);
                    }
                }));
    }

    private void pause(long nanos) {
        if (!stopped && pause == null) {
            pause = parts.loop().after(nanos, this::wake);
        }
    }

    private void cancelPause() {
        Future<?> waiting = pause;
        if (waiting != null) {
            waiting.cancel(false);
            pause = null;
        }
    }

    private void failed(PeerUrl url, String reason, boolean refused) {
        attempt = null;
        picked = (picked + 1) % urls.size();
        failures++;
        boolean allTried = failures >= urls.size();
        if (refused) {
            peer.refused(url);
        }
        peer.unreached(reason, allTried);
        lastError = reason;
        pause(allTried ? Math.min(PAUSE_NANOS_MAX, PAUSE_NANOS_MIN << Math.min(failures, 8)) : BREATH_NANOS);
    }

    private void warn(String text, PeerUrl url, Status status, Metadata trailers) {
        String reason = Link.reason(status);
        if (!reason.equals(lastError)) {
            LOG.atWarn()
                    .addKeyValue("local-member-id", parts.identity().member())
                    .addKeyValue("local-member-cluster-id", parts.identity().cluster())
                    .addKeyValue("remote-peer-id", Long.toHexString(peer.id()))
                    .addKeyValue("remote-peer-url", url)
                    .addKeyValue("remote-peer-cluster-id", trailers.get(Identity.CLUSTER))
                    .addKeyValue("error", reason)
                    .log(text);
        }
    }

    /** Tries the addresses of one URL. */
    private final class Attempt implements DialledStream.Outcome {
        private final PeerUrl url;
        private List<Target> targets = List.of();
        private int at;
        private boolean allRefuse = true;
        private @Nullable DialledStream stream;

        Attempt(PeerUrl url) {
            this.url = url;
        }

        void begin(List<Target> found, int first) {
            if (isMeant()) {
                targets = found;
                at = first;
                DialledStream begun = new DialledStream(targets.get(at), peer, parts, this);
                stream = begun;
                begun.begin();
            }
        }

        private boolean isMeant() {
            return attempt == this;
        }

        @Override
        public boolean connected(Link link) {
            if (!isMeant()) {
                return false;
            }
            attempt = null;
            failures = 0;
            lastError = "";
            peer.attach(link);
            return true;
        }

        @Override
        public void failed(Status status, Metadata trailers) {
            if (!isMeant()) {
                return;
            }
            if (Refusal.REMOVED.is(status)) {
                peer.tellRemoved();
            } else if (Refusal.INCOMPATIBLE.is(status)) {
                warn(
                        "request sent was ignored by remote peer due to server version incompatibility",
                        url,
                        status,
                        trailers);
            } else if (Refusal.OTHER_CLUSTER.is(status)) {
                warn("request sent was ignored by remote peer due to cluster ID mismatch", url, status, trailers);
            } else if (status.getCode() != Status.Code.UNAVAILABLE) {
                warn("request sent was refused by remote peer", url, status, trailers);
            }
            allRefuse &= isRefusal(status.getCause());
            if (at + 1 < targets.size()) {
                begin(targets, at + 1);
            } else {
                failed(Link.reason(status), allRefuse);
            }
        }

        void failed(String reason, boolean refused) {
            if (isMeant()) {
                Dialer.this.failed(url, reason, refused);
            }
        }

        void giveUp() {
            DialledStream open = stream;
            if (open != null) {
                open.close(Status.CANCELLED.withDescription("given up"));
            }
        }

        /** Nobody listens there: a process that has ended refuses so, one that hangs does not. */
        private static boolean isRefusal(@Nullable Throwable failure) {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                if (cause instanceof ConnectException
                        && String.valueOf(cause.getMessage()).contains("Connection refused")) {
                    return true;
                }
            }
            return false;
        }
    }
}
