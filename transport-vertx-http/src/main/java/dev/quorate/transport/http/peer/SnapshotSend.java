/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.PeerTransport.SnapshotState;
import dev.quorate.raft.spi.PeerUrl;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams one snapshot to one member, on a thread of its own: reads the state, and waits where the network does not
 * take more.
 *
 * <p>Source: etcd v3.7.1, {@code rafthttp/snapshot_sender.go}.
 */
final class SnapshotSend implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotSend.class);
    private static final int PIECE_BYTES = 128 << 10;
    private static final int PIECES_UNDER_WAY_MAX = 4;
    private static final long PIECE_SECONDS_MAX = 60;

    /** The other side looks at every page and makes them durable before it answers. */
    private static final long ANSWER_SECONDS_MAX = 600;

    /** Hears how it has ended. */
    interface Ended {
        void ended(SnapshotSend send, long nanos, boolean arrived);
    }

    private final Message message;
    private final SnapshotState state;
    private final Peer peer;
    private final PeerParts parts;
    private final Ended ended;
    private volatile boolean cancelled;
    private volatile @Nullable Thread thread;
    private volatile @Nullable HttpClientRequest request;

    SnapshotSend(Message message, SnapshotState state, Peer peer, PeerParts parts, Ended ended) {
        this.message = message;
        this.state = state;
        this.peer = peer;
        this.parts = parts;
        this.ended = ended;
    }

    Peer peer() {
        return peer;
    }

    /** Gives up; the end is told as ever. */
    void cancel() {
        cancelled = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        long begun = Nanos.now();
        boolean arrived = false;
        try {
            log("sending database snapshot", null);
            send();
            arrived = true;
            log("sent database snapshot", null);
        } catch (IOException | RuntimeException e) {
            abort();
            log("failed to send database snapshot", e);
        } catch (InterruptedException e) {
            abort();
            log("failed to send database snapshot", new IOException("stopped", e));
            Thread.currentThread().interrupt();
        } finally {
            state.close();
            ended.ended(this, Nanos.since(begun), arrived);
        }
    }

    private void send() throws IOException, InterruptedException {
        if (cancelled) {
            throw new IOException("stopped");
        }
        try (InputStream in = state.open()) {
            HttpClientRequest open = await(connect(), PIECE_SECONDS_MAX);
            request = open;
            Future<HttpClientResponse> response = open.response();
            ProtoWriter head = new ProtoWriter(1024);
            StreamEncoder.whole(head, message);
            await(open.write(Answers.buffer(head.toBytes())), PIECE_SECONDS_MAX);
            long length = copy(in, open);
            if (length != state.length()) {
                throw new IOException("state of a snapshot has " + length + " bytes instead of " + state.length());
            }
            Future<String> answer = response.compose(got -> got.body()
                    .map(body -> got.statusCode() == Answers.NO_CONTENT
                            ? ""
                            : got.statusCode() + " " + body.toString().strip()));
            await(open.end(), PIECE_SECONDS_MAX);
            String wrong = await(answer, ANSWER_SECONDS_MAX);
            if (!wrong.isEmpty()) {
                if (wrong.contains("removed member")) {
                    peer.tellRemoved();
                }
                throw new IOException("unexpected http status " + wrong);
            }
        }
    }

    private Future<HttpClientRequest> connect() {
        PeerNet net = parts.net();
        return Future.future(promise -> net.loop().runOnContext(none -> {
            PeerUrl url = peer.picker().pick();
            net.request(net.requests(), url, HttpMethod.POST, "/raft/snapshot")
                    .map(this::prepared)
                    .onFailure(failure -> peer.picker().unreachable(url))
                    .onComplete(promise);
        }));
    }

    private HttpClientRequest prepared(HttpClientRequest open) {
        parts.identity().sign(open.headers());
        open.exceptionHandler(failure -> LOG.debug("a snapshot breaks off: {}", failure.getMessage()));
        return open.putHeader("Content-Type", "application/octet-stream").setChunked(true);
    }

    private long copy(InputStream in, HttpClientRequest out) throws IOException, InterruptedException {
        ArrayDeque<Future<Void>> underWay = new ArrayDeque<>();
        long sum = 0;
        while (!cancelled) {
            byte[] piece = in.readNBytes(PIECE_BYTES);
            if (piece.length == 0) {
                break;
            }
            sum += piece.length;
            underWay.add(out.write(Answers.buffer(Bytes.wrap(piece))));
            parts.observer().sent(peer.id(), piece.length);
            if (underWay.size() >= PIECES_UNDER_WAY_MAX) {
                await(underWay.remove(), PIECE_SECONDS_MAX);
            }
        }
        if (cancelled) {
            throw new IOException("stopped");
        }
        return sum;
    }

    private static <T> T await(Future<T> future, long secondsMax) throws IOException, InterruptedException {
        CompletableFuture<T> waited = future.toCompletionStage().toCompletableFuture();
        try {
            return waited.get(secondsMax, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new IOException(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException e) {
            throw new IOException("no progress for " + secondsMax + " s", e);
        }
    }

    private void abort() {
        HttpClientRequest open = request;
        if (open != null) {
            open.reset();
        }
    }

    private void log(String text, @Nullable Exception failure) {
        var event = (failure == null ? LOG.atInfo() : LOG.atWarn())
                .addKeyValue(
                        "snapshot-index",
                        message.snapshot() == null ? 0 : message.snapshot().index())
                .addKeyValue("remote-peer-id", Long.toHexString(peer.id()))
                .addKeyValue("bytes", state.length());
        (failure == null ? event : event.addKeyValue("error", failure.getMessage())).log(text);
    }
}
