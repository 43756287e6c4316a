/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageBytes;
import dev.quorate.raft.spi.MessageType;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in one snapshot, on a thread of its own.
 *
 * <p>Source: etcd v3.7.1, {@code rafthttp/http.go}.
 */
final class SnapshotReceive implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotReceive.class);

    /** As etcd: of the message only; the state behind it may be of any length. */
    private static final long MESSAGE_BYTES_MAX = 64L << 20;

    private static final int PIECE_BYTES = 64 << 10;

    private final HttpServerResponse response;
    private final BodyStream body;
    private final PeerParts parts;
    private final Runnable ended;

    SnapshotReceive(HttpServerResponse response, BodyStream body, PeerParts parts, Runnable ended) {
        this.response = response;
        this.body = body;
        this.parts = parts;
        this.ended = ended;
    }

    /** Breaks it off. */
    void cancel() {
        body.fail("stopped");
    }

    @Override
    public void run() {
        try {
            Message message = message();
            if (message.type() != MessageType.SNAPSHOT || message.snapshot() == null) {
                warn(
                        "unexpected Raft message type",
                        message.from(),
                        message.type().wireName());
                answer(Answers.BAD_REQUEST, "wrong raft message type");
                return;
            }
            Optional<String> refused = parts.gate().refuse(message);
            if (refused.isPresent()) {
                later(() -> Answers.json(response, Answers.FORBIDDEN, refused.get()));
                return;
            }
            take(message);
        } catch (IOException | MalformedProtoException e) {
            warn("failed to decode Raft message", 0, String.valueOf(e.getMessage()));
            answer(Answers.BAD_REQUEST, "failed to decode raft message (" + e.getMessage() + ")");
        } catch (RuntimeException | Error e) { // a sender without an answer would send no other state
            answer(Answers.INTERNAL_ERROR, "failed to save KV snapshot (" + e + ")");
            throw e;
        } finally {
            ended.run();
        }
    }

    private void take(Message message) {
        long begun = Nanos.now();
        boolean whole = false;
        try {
            LOG.atInfo()
                    .addKeyValue("local-member-id", parts.identity().member())
                    .addKeyValue("remote-snapshot-sender-id", Long.toHexString(message.from()))
                    .addKeyValue(
                            "incoming-snapshot-index",
                            message.snapshot() == null ? 0 : message.snapshot().index())
                    .log("receiving database snapshot");
            Counted state = new Counted(body);
            parts.gate().receiver().receiveSnapshot(message, state);
            if (state.read() >= 0) {
                throw new IOException("a state was not read to its end");
            }
            whole = true;
            parts.observer().received(message.from(), state.count);
            LOG.atInfo()
                    .addKeyValue("local-member-id", parts.identity().member())
                    .addKeyValue("remote-snapshot-sender-id", Long.toHexString(message.from()))
                    .addKeyValue("incoming-snapshot-size-bytes", state.count)
                    .log("received and saved database snapshot");
            later(() -> Answers.empty(response));
        } catch (IOException e) {
            warn("failed to save incoming database snapshot", message.from(), String.valueOf(e.getMessage()));
            answer(Answers.INTERNAL_ERROR, "failed to save KV snapshot (" + e.getMessage() + ")");
        } finally {
            parts.observer().snapshotReceived(message.from(), Nanos.since(begun), whole);
        }
    }

    private Message message() throws IOException {
        byte[] eight = body.readNBytes(Long.BYTES);
        if (eight.length < Long.BYTES) {
            throw new EOFException("EOF");
        }
        long length = BigEndian.read(eight, 0);
        if (length < 0 || length > MESSAGE_BYTES_MAX) {
            throw new IOException("rafthttp: error limit exceeded");
        }
        ByteArrayOutputStream grown = new ByteArrayOutputStream();
        while (grown.size() < length) {
            byte[] piece = body.readNBytes((int) Math.min(PIECE_BYTES, length - grown.size()));
            if (piece.length == 0) {
                throw new EOFException("unexpected EOF");
            }
            grown.writeBytes(piece);
        }
        return MessageBytes.readMessage(new ProtoReader(grown.toByteArray(), 0, grown.size()));
    }

    private void answer(int status, String text) {
        later(() -> {
            response.putHeader("Connection", "close"); // the rest of the body is not read
            Answers.text(response, status, text);
        });
    }

    private void later(Runnable task) {
        parts.net().loop().runOnContext(none -> task.run());
    }

    private void warn(String text, long from, String error) {
        LOG.atWarn()
                .addKeyValue("local-member-id", parts.identity().member())
                .addKeyValue("remote-snapshot-sender-id", Long.toHexString(from))
                .addKeyValue("error", error)
                .log(text);
    }

    /** Counts what is read. */
    private static final class Counted extends InputStream {
        private final InputStream in;
        private long count;

        Counted(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            int one = in.read();
            count += one < 0 ? 0 : 1;
            return one;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = in.read(target, offset, length);
            count += Math.max(0, read);
            return read;
        }
    }
}
