/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageBytes;
import dev.quorate.raft.spi.MessageType;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in one snapshot: the event loop takes the pieces, a thread of its own the state that they are of.
 *
 * <p>Source: etcd v3.7.1, {@code rafthttp/http.go}.
 */
final class SnapshotReceive extends ServerCall.Listener<Chunks> {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotReceive.class);

    /** Pieces that may wait for the thread. */
    private static final int PIECES_MAX = 8;

    private final ServerCall<Chunks, Chunks> call;
    private final long senderId;
    private final PeerParts parts;
    private final Workers workers;
    private final Runnable ended;
    private final StateStream state;
    private @Nullable Message message;
    private boolean closed;

    /** Admits a sender. */
    SnapshotReceive(ServerCall<Chunks, Chunks> call, long senderId, PeerParts parts, Workers workers, Runnable ended) {
        this.call = call;
        this.senderId = senderId;
        this.parts = parts;
        this.workers = workers;
        this.ended = ended;
        this.state = new StateStream(() -> parts.loop().later(() -> call.request(1)));
        call.sendHeaders(parts.identity().signature());
        call.request(PIECES_MAX);
    }

    // ---------------------------------------------------------------- on the event loop

    @Override
    public void onMessage(Chunks piece) {
        if (closed) {
            return;
        }
        parts.observer().received(senderId, piece.size());
        try {
            read(new ProtoReader(piece.bytes()));
        } catch (MalformedProtoException e) {
            warn("failed to decode Raft message", String.valueOf(e.getMessage()));
            cancel("malformed");
            close(Status.INVALID_ARGUMENT.withDescription("failed to decode raft message (" + e.getMessage() + ")"));
        }
    }

    private void read(ProtoReader reader) {
        while (reader.next()) {
            switch (reader.field()) {
                case Fields.MESSAGE -> begin(MessageBytes.readMessage(reader.message()));
                case Fields.DATA -> state.add(reader.bytes());
                case Fields.END -> end(reader.message());
                default -> reader.skip();
            }
        }
    }

    private void begin(Message first) {
        if (message != null || first.type() != MessageType.SNAPSHOT || first.snapshot() == null) {
            warn("unexpected Raft message type", first.type().wireName());
            cancel("wrong raft message type");
            close(Status.INVALID_ARGUMENT.withDescription("wrong raft message type"));
            return;
        }
        String refused = first.from() == senderId
                ? parts.gate().refuse(first).orElse(null)
                : "cannot process message in the name of another member";
        if (refused != null) {
            cancel(refused);
            close(Status.PERMISSION_DENIED.withDescription(refused));
            return;
        }
        message = first;
        call.request(1); // that was none of the state
        if (!workers.start("quorate-snapshot-receive", () -> take(first))) {
            close(Status.UNAVAILABLE.withDescription("stopped"));
        }
    }

    private void end(ProtoReader reader) {
        long length = 0;
        long crc = 0;
        while (reader.next()) {
            switch (reader.field()) {
                case Fields.LENGTH -> length = reader.varint();
                case Fields.CRC -> crc = reader.varint();
                default -> reader.skip();
            }
        }
        state.end(length, (int) crc);
    }

    @Override
    public void onHalfClose() {
        state.close("it was cut off");
        if (message == null) {
            close(Status.INVALID_ARGUMENT.withDescription("no raft message"));
        }
    }

    @Override
    public void onCancel() {
        closed = true;
        state.close("the sender has gone");
        ended.run();
    }

    @Override
    public void onComplete() {
        ended.run();
    }

    /** Breaks it off. */
    void cancel(String reason) {
        state.close(reason);
    }

    private void close(Status status) {
        if (!closed) {
            closed = true;
            if (status.isOk()) {
                call.sendMessage(Chunks.of(new ProtoWriter(0)));
            }
            call.close(status, new Metadata());
        }
    }

    // ---------------------------------------------------------------- on a thread of its own

    private void take(Message first) {
        long begun = Nanos.now();
        boolean whole = false;
        Status answer = Status.OK;
        try {
            log("receiving database snapshot", first);
            parts.gate().receiver().receiveSnapshot(first, state);
            if (state.read() >= 0) {
                throw new IOException("a state was not read to its end");
            }
            whole = true;
            log("received and saved database snapshot", first);
        } catch (IOException e) {
            warn("failed to save incoming database snapshot", String.valueOf(e.getMessage()));
            answer = Status.ABORTED.withDescription("failed to save KV snapshot (" + e.getMessage() + ")");
        } catch (RuntimeException | Error e) { // a sender without an answer would send no other state
            answer = Status.INTERNAL.withDescription("failed to save KV snapshot (" + e + ")");
            throw e;
        } finally {
            Status said = answer;
            parts.observer().snapshotReceived(senderId, Nanos.since(begun), whole);
            parts.loop().later(() -> close(said));
        }
    }

    private void log(String text, Message first) {
        LOG.atInfo()
                .addKeyValue("local-member-id", parts.identity().member())
                .addKeyValue("remote-snapshot-sender-id", Long.toHexString(senderId))
                .addKeyValue(
                        "incoming-snapshot-index",
                        first.snapshot() == null ? 0 : first.snapshot().index())
                .addKeyValue("incoming-snapshot-size-bytes", state.length())
                .log(text);
    }

    private void warn(String text, String error) {
        LOG.atWarn()
                .addKeyValue("local-member-id", parts.identity().member())
                .addKeyValue("remote-snapshot-sender-id", Long.toHexString(senderId))
                .addKeyValue("error", error)
                .log(text);
    }
}
