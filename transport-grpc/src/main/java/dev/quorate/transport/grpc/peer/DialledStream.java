/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A stream that this member opens, with a connection of its own. For the event loop only. */
final class DialledStream extends ClientCall.Listener<Chunks> implements Link.Stream {
    /** Hears what comes of it: one of both, once. */
    interface Outcome {
        /** The other member has admitted this one. False if that is not wanted any more. */
        boolean connected(Link link);

        /** It has not, or was not reached. */
        void failed(Status status, Metadata trailers);
    }

    private final Peer peer;
    private final PeerParts parts;
    private final Outcome outcome;
    private final ManagedChannel channel;
    private final ClientCall<Chunks, Chunks> call;
    private @Nullable Link link;
    private @Nullable Future<?> patience;

    DialledStream(Target target, Peer peer, PeerParts parts, Outcome outcome) {
        this.peer = peer;
        this.parts = parts;
        this.outcome = outcome;
        channel = parts.channels().open(target);
        call = channel.newCall(Methods.MESSAGES, CallOptions.DEFAULT);
    }

    void begin() {
        patience = parts.loop()
                .after(
                        parts.dialTimeoutNanos() + Pulse.SILENCE_NANOS_MAX,
                        () -> call.cancel("no answer in time", null)); // such as from a process that is stopped
        call.start(this, parts.identity().introduction(peer.id()));
        call.request(Integer.MAX_VALUE); // what comes is taken at once, on the loop
    }

    @Override
    public void onHeaders(Metadata headers) {
        impatient();
        Link made = new Link(this, peer, true);
        link = made;
        if (!outcome.connected(made)) {
            made.close(Status.CANCELLED.withDescription("not wanted any more"));
        }
    }

    private void impatient() {
        Future<?> waiting = patience;
        if (waiting != null) {
            waiting.cancel(false);
        }
    }

    @Override
    public void onMessage(Chunks frame) {
        if (link != null) {
            link.read(frame);
        }
    }

    @Override
    public void onReady() {
        if (link != null) {
            peer.drain();
        }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        impatient();
        channel.shutdownNow();
        if (link == null) {
            outcome.failed(status, trailers);
            return;
        }
        if (Refusal.REMOVED.is(status)) {
            peer.tellRemoved();
        }
        link.lost(status);
    }

    @Override
    public boolean isReady() {
        return link != null && call.isReady();
    }

    @Override
    public void send(Chunks frame) {
        call.sendMessage(frame);
    }

    @Override
    public void close(Status reason) {
        call.cancel(reason.getDescription(), null);
    }
}
