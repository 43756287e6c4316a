/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.api.bytes.MalformedProtoException;
import io.grpc.Status;

/** A stream to and from another member, whoever has dialled. For the event loop only. */
final class Link implements FrameReader.Sink {
    /** The stream as gRPC sees it, from one side or the other. */
    interface Stream {
        /** Tells whether little waits in the connection. When that becomes so, {@link Peer#drain} is called. */
        boolean isReady();

        void send(Chunks frame);

        /** Ends it. {@link #lost} may be called meanwhile, or afterwards. */
        void close(Status reason);
    }

    private final Stream stream;
    private final Peer peer;
    private final boolean dialled;
    private final FrameWriter writer;
    private final FrameReader reader = new FrameReader(this);
    private final Pulse pulse = new Pulse();
    private boolean over;

    /** Makes a link of a stream on which both sides have introduced themselves. */
    Link(Stream stream, Peer peer, boolean dialled) {
        this.stream = stream;
        this.peer = peer;
        this.dialled = dialled;
        this.writer = peer.newWriter();
    }

    /** Tells whether this side has dialled. */
    boolean isDialled() {
        return dialled;
    }

    /**
     * Sends what waits, as far as the connection takes it; returns the bytes.
     *
     * @param messagesToo whether messages go by this link, or only questions and answers of its own
     */
    long drain(boolean messagesToo) {
        long sum = 0;
        while (!over && stream.isReady()) {
            pulse.write(writer);
            Chunks frame = messagesToo ? writer.next() : writer.take();
            if (frame == null) {
                break;
            }
            sum += frame.size();
            stream.send(frame);
        }
        return sum;
    }

    /** Takes a frame. */
    void read(Chunks frame) {
        if (over) {
            return;
        }
        pulse.heard();
        peer.received(frame.size());
        try {
            peer.receive(reader.read(frame.bytes()));
        } catch (MalformedProtoException e) {
            end(Status.INVALID_ARGUMENT.withDescription("malformed frame: " + e.getMessage()));
        }
    }

    @Override
    public void ping(long number) {
        pulse.asked(number);
        drain(peer.isCurrent(this));
    }

    @Override
    public void pong(long number, long clockMillis) {
        long nanos = pulse.answered(number);
        if (nanos >= 0) {
            peer.answered(nanos, clockMillis);
        }
    }

    /** Takes silence as forgiven: this side was not listening itself. */
    void excuse() {
        pulse.heard();
    }

    void tick() {
        if (!pulse.tick()) {
            end(Status.UNAVAILABLE.withDescription("i/o timeout"));
        }
    }

    /** Ends it from this side; the peer is told. */
    private void end(Status reason) {
        if (!over) {
            over = true;
            stream.close(reason);
            peer.detach(this, String.valueOf(reason.getDescription()));
        }
    }

    /** Hears that the stream has ended. */
    void lost(Status status) {
        if (!over) {
            over = true;
            peer.detach(this, reason(status));
        }
    }

    /** Ends it without telling the peer, whose wish it is. */
    void close(Status reason) {
        if (!over) {
            over = true;
            stream.close(reason);
        }
    }

    /** What a status says. */
    static String reason(Status status) {
        String text = status.getDescription() == null ? status.getCode().name() : status.getDescription();
        Throwable cause = status.getCause();
        return cause == null ? text : text + ": " + cause.getMessage();
    }
}
