/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request as a stream that a thread reads while the event loop fills it. The loop stops reading from the
 * network while much waits here, so memory is bounded however slow the reader is.
 */
final class BodyStream extends InputStream {
    private static final int HIGH_BYTES = 1 << 20;
    private static final int LOW_BYTES = 256 << 10;

    private final HttpServerRequest request;
    private final Runnable resume;
    private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
    private int position;
    private long waiting;
    private boolean paused;
    private boolean ended;
    private @Nullable String failure;

    /** Makes a stream; resume runs on the event loop what it is given. */
    BodyStream(HttpServerRequest request, java.util.function.Consumer<Runnable> onLoop) {
        this.request = request;
        this.resume = () -> onLoop.accept(request::resume);
    }

    /** Begins to fill. On the event loop. */
    void begin() {
        request.handler(this::add);
        request.endHandler(none -> end());
        request.exceptionHandler(broken -> fail(String.valueOf(broken.getMessage())));
        request.resume();
    }

    private synchronized void add(Buffer piece) {
        byte[] bytes = piece.getBytes();
        if (bytes.length > 0) {
            pieces.add(bytes);
            waiting += bytes.length;
            if (waiting >= HIGH_BYTES && !paused) {
                paused = true;
                request.pause();
            }
            notifyAll();
        }
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Breaks the stream: what was not read yet is lost. */
    synchronized void fail(String reason) {
        if (!ended && failure == null) {
            failure = reason;
            pieces.clear();
        }
        notifyAll();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (!awaitPiece()) {
            return -1;
        }
        byte[] first = pieces.element();
        int count = Math.min(length, first.length - position);
        System.arraycopy(first, position, target, offset, count);
        position += count;
        waiting -= count;
        if (position == first.length) {
            pieces.remove();
            position = 0;
        }
        if (paused && waiting <= LOW_BYTES) {
            paused = false;
            resume.run();
        }
        return count;
    }

    /** False at the end. */
    private synchronized boolean awaitPiece() throws IOException {
        try {
            while (pieces.isEmpty()) {
                if (failure != null) {
                    throw new IOException("the body of a request is broken: " + failure);
                }
                if (ended) {
                    return false;
                }
                wait();
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        }
    }
}
