/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/** A stream that another member has opened. For the event loop only. */
final class AcceptedStream extends ServerCall.Listener<Chunks> implements Link.Stream {
    private final ServerCall<Chunks, Chunks> call;
    private final Peer peer;
    private final Metadata trailers;
    private final Link link;
    private boolean closed;

    /** Admits the other member. */
    AcceptedStream(ServerCall<Chunks, Chunks> call, Peer peer, Identity identity) {
        this.call = call;
        this.peer = peer;
        trailers = identity.signature();
        call.sendHeaders(identity.signature());
        call.request(Integer.MAX_VALUE); // what comes is taken at once, on the loop
        link = new Link(this, peer, false);
    }

    Link link() {
        return link;
    }

    @Override
    public void onMessage(Chunks frame) {
        link.read(frame);
    }

    @Override
    public void onReady() {
        peer.drain();
    }

    @Override
    public void onHalfClose() {
        link.lost(Status.UNAVAILABLE.withDescription("EOF"));
        close(Status.OK);
    }

    @Override
    public void onCancel() {
        link.lost(Status.CANCELLED.withDescription("EOF"));
    }

    @Override
    public boolean isReady() {
        return call.isReady();
    }

    @Override
    public void send(Chunks frame) {
        call.sendMessage(frame);
    }

    @Override
    public void close(Status reason) {
        if (!closed && !call.isCancelled()) {
            closed = true;
            call.close(reason, trailers);
        }
    }
}
