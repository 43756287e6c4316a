/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The call by which a snapshot is sent, for the one thread that sends it: it waits until the network takes more. What
 * gRPC tells comes on the event loop.
 */
final class SnapshotCall extends ClientCall.Listener<Chunks> implements AutoCloseable {
    private static final long PIECE_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);

    /** The other side looks at every page and makes them durable before it answers. */
    private static final long ANSWER_NANOS_MAX = TimeUnit.SECONDS.toNanos(600);

    private final Peer peer;
    private final PeerParts parts;
    private final ManagedChannel channel;
    private final ClientCall<Chunks, Chunks> call;
    private boolean admitted;
    private @Nullable Status end;

    SnapshotCall(Target target, Peer peer, PeerParts parts) {
        this.peer = peer;
        this.parts = parts;
        channel = parts.channels().open(target);
        call = channel.newCall(Methods.SNAPSHOT, CallOptions.DEFAULT);
    }

    /**
     * Waits until the other side has admitted it.
     *
     * @throws IOException if it does not
     */
    void open() throws IOException, InterruptedException {
        call.start(this, parts.identity().introduction(peer.id()));
        call.request(2);
        await(() -> admitted, parts.dialTimeoutNanos() + Pulse.SILENCE_NANOS_MAX);
    }

    /**
     * Sends a piece, as soon as there is room for it.
     *
     * @throws IOException if the call has ended, or there is no room for long
     */
    void send(Chunks piece) throws IOException, InterruptedException {
        await(call::isReady, PIECE_NANOS_MAX);
        call.sendMessage(piece);
    }

    /**
     * Waits until the other side has taken all.
     *
     * @throws IOException if it does not
     */
    void finish() throws IOException, InterruptedException {
        call.halfClose();
        await(() -> end != null && end.isOk(), ANSWER_NANOS_MAX);
    }

    private synchronized void await(BooleanSupplier so, long nanosMax) throws IOException, InterruptedException {
        long begun = Nanos.now();
        while (!so.getAsBoolean()) {
            Status status = end;
            if (status != null) {
                throw new IOException(Link.reason(status));
            }
            long left = TimeUnit.NANOSECONDS.toMillis(nanosMax - Nanos.since(begun));
            if (left <= 0) {
                throw new IOException("no progress for " + TimeUnit.NANOSECONDS.toSeconds(nanosMax) + " s");
            }
            wait(left);
        }
    }

    @Override
    public synchronized void onHeaders(Metadata headers) {
        admitted = true;
        notifyAll();
    }

    @Override
    public synchronized void onReady() {
        notifyAll();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        if (Refusal.REMOVED.is(status) || Link.reason(status).contains("removed member")) {
            peer.tellRemoved();
        }
        synchronized (this) {
            end = status;
            notifyAll();
        }
    }

    /** Ends it, if it has not ended. */
    @Override
    public void close() {
        call.cancel("broken off", null);
        channel.shutdownNow();
    }
}
