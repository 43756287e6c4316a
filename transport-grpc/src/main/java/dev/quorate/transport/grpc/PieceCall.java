/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.error.EtcdError;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An answer sent piece by piece, each made only when the connection has room: a slow reader costs one piece of memory.
 *
 * <p>Pieces are made on the pool and sent on the event loop.
 */
final class PieceCall extends ServerCall.Listener<Bytes> {
    /**
     * How a method is served.
     *
     * @param limits checks a request
     * @param open decodes a request and begins to serve it
     * @param pool makes pieces
     */
    record Method(CallLimits limits, Function<ProtoReader, CompletableFuture<Pieces>> open, Executor pool)
            implements ServerCallHandler<Bytes, Bytes> {
        @Override
        public ServerCall.Listener<Bytes> startCall(ServerCall<Bytes, Bytes> call, Metadata headers) {
            call.request(2);
            return new PieceCall(this, call, limits.refusal(call, headers));
        }
    }

    /** Where pieces come from. Used by one thread at a time. */
    interface Pieces {
        /** Makes the next piece, as it is sent; null after the last. May read from disk. */
        @Nullable
        Bytes next();

        /** Gives back what the pieces are made of. */
        default void close() {}
    }

    private final Method method;
    private final ServerCall<Bytes, Bytes> call;
    private final @Nullable Status refusal;
    private final ReplyQueue replies = ReplyQueue.ofThisLoop();
    private @Nullable Bytes request;
    private @Nullable Pieces pieces; // confined, as the fields below, to the event loop
    private boolean reading;
    private boolean begun;
    private boolean ended;

    PieceCall(Method method, ServerCall<Bytes, Bytes> call, @Nullable Status refusal) {
        this.method = method;
        this.call = call;
        this.refusal = refusal;
    }

    @Override
    public void onMessage(Bytes message) {
        if (request != null) {
            end(Failures.SEVERAL_REQUESTS);
        }
        request = message;
    }

    @Override
    public void onHalfClose() {
        Bytes message = request;
        Status wrong = refusal != null
                ? refusal
                : message == null ? Failures.NO_REQUEST : method.limits().refusal(message);
        if (wrong != null || message == null || ended) {
            end(wrong == null ? Failures.NO_REQUEST : wrong);
            return;
        }
        try {
            method.open()
                    .apply(new ProtoReader(message))
                    .whenComplete((opened, failure) -> replies.offer(() -> {
                        if (failure != null) {
                            end(Failures.statusOfStream(failure));
                        } else {
                            pieces = opened;
                            readNext();
                        }
                    }));
        } catch (RuntimeException e) {
            end(Failures.statusOfStream(e));
        }
    }

    @Override
    public void onReady() {
        readNext();
    }

    @Override
    public void onCancel() {
        ended = true;
        closePieces();
    }

    private void readNext() {
        if (ended) {
            closePieces();
            return;
        }
        Pieces source = pieces;
        if (source == null || reading || !call.isReady()) {
            return;
        }
        reading = true;
        try {
            method.pool().execute(() -> read(source));
        } catch (RejectedExecutionException e) {
            reading = false;
            end(Failures.statusOfStream(EtcdError.REQUEST_TOO_MANY_REQUESTS.exception()));
        }
    }

    private void read(Pieces source) {
        try {
            Bytes piece = source.next();
            replies.offer(() -> send(piece));
        } catch (RuntimeException e) {
            replies.offer(() -> {
                reading = false;
                end(Failures.statusOfStream(e));
            });
        }
    }

    private void send(@Nullable Bytes piece) {
        reading = false;
        if (piece == null || ended) {
            end(Status.OK);
            return;
        }
        begin();
        call.sendMessage(piece);
        readNext();
    }

    private void begin() {
        if (!begun) {
            begun = true;
            call.sendHeaders(new Metadata());
        }
    }

    private void end(Status status) {
        closePieces();
        if (!ended) {
            ended = true;
            if (status.isOk()) {
                begin();
            }
            call.close(status, new Metadata());
        }
    }

    /** Closes on the pool, where closing may wait, and not while a piece is being made: then its sending does it. */
    private void closePieces() {
        Pieces source = pieces;
        if (source == null || reading) {
            return;
        }
        pieces = null;
        try {
            method.pool().execute(source::close);
        } catch (RejectedExecutionException e) {
            source.close();
        }
    }
}
