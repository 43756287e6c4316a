/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.api.bytes.ProtoWriter;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;

/**
 * The answer to a GET of another member: what it hears from us. For the event loop only.
 *
 * <p>Messages that wait are written together, up to a bound, so that a burst costs one system call.
 */
final class OutStream {
    /** As etcd: a third of the time after which who reads gives up. */
    private static final long HEARTBEAT_NANOS = StreamReader.READ_TIMEOUT_NANOS / 3;

    /** As etcd: a write that takes longer breaks the stream. */
    private static final long WRITE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int WRITE_BYTES_MAX = 256 << 10;
    private static final int QUEUE_BYTES_MAX = 1 << 20;

    private final StreamKind kind;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final StreamEncoder encoder;
    private long lastWriteNanos = Nanos.now();
    private boolean full;
    private long fullSinceNanos;

    OutStream(StreamKind kind, HttpServerRequest request) {
        this.kind = kind;
        this.request = request;
        this.response = request.response();
        this.encoder = new StreamEncoder(kind);
        response.setWriteQueueMaxSize(QUEUE_BYTES_MAX);
    }

    StreamKind kind() {
        return kind;
    }

    /** Writes what waits, as far as the connection takes it; returns the bytes. */
    long drain(Outbox box) {
        long sum = 0;
        while (!isFull()) {
            Outgoing next = box.poll();
            if (next == null) {
                break;
            }
            ProtoWriter out = new ProtoWriter(
                    Math.toIntExact(Math.min(Integer.MAX_VALUE - 8, next.size() + (next.block() == null ? 0 : 64))));
            while (next != null) {
                encoder.write(out, next);
                next = out.size() < WRITE_BYTES_MAX ? box.poll() : null;
            }
            sum += out.size();
            write(out);
        }
        return sum;
    }

    /** Tells whether the other side takes no more for now. */
    boolean isFull() {
        boolean now = response.writeQueueFull();
        if (now && !full) {
            fullSinceNanos = Nanos.now();
        }
        full = now;
        return now;
    }

    /** Tells that the link lives, if nothing else has told so; false if the other side has not read for too long. */
    boolean tick() {
        if (isFull()) {
            return Nanos.since(fullSinceNanos) < WRITE_TIMEOUT_NANOS;
        }
        if (Nanos.since(lastWriteNanos) >= HEARTBEAT_NANOS) {
            ProtoWriter out = new ProtoWriter(32);
            encoder.heartbeat(out);
            write(out);
        }
        return true;
    }

    private void write(ProtoWriter out) {
        lastWriteNanos = Nanos.now();
        response.write(Answers.buffer(out.toBytes()));
    }

    void close() {
        request.connection().close();
    }
}
