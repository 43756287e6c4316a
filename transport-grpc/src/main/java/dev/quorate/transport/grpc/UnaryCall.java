/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoReader;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. One object for the whole call: listener, taker of the outcome, and task that sends it.
 *
 * @param <A> the answer
 */
final class UnaryCall<A> extends ServerCall.Listener<Bytes>
        implements BiConsumer<@Nullable A, @Nullable Throwable>, Runnable {
    /**
     * How a method is served.
     *
     * @param <A> its answer
     * @param limits checks a request
     * @param service decodes a request and serves it
     * @param encoder encodes the answer
     */
    record Method<A>(CallLimits limits, Function<ProtoReader, CompletableFuture<A>> service, Function<A, Bytes> encoder)
            implements ServerCallHandler<Bytes, Bytes> {
        @Override
        public ServerCall.Listener<Bytes> startCall(ServerCall<Bytes, Bytes> call, Metadata headers) {
            call.request(2);
            return new UnaryCall<>(this, call, limits.refusal(call, headers));
        }
    }

    private final Method<A> method;
    private final ServerCall<Bytes, Bytes> call;
    private final ReplyQueue replies = ReplyQueue.ofThisLoop();
    private final @Nullable Status refusal;
    private @Nullable Bytes request;
    private @Nullable CompletableFuture<A> pending;
    private @Nullable A answer;
    private @Nullable Throwable failure;

    UnaryCall(Method<A> method, ServerCall<Bytes, Bytes> call, @Nullable Status refusal) {
        this.method = method;
        this.call = call;
        this.refusal = refusal;
    }

    @Override
    public void onMessage(Bytes message) {
        request = message;
    }

    @Override
    public void onHalfClose() {
        Bytes message = request;
        Status wrong = refusal != null
                ? refusal
                : message == null ? null : method.limits().refusal(message);
        if (wrong != null || message == null) {
            call.close(wrong != null ? wrong : Failures.NO_UNARY_REQUEST, new Metadata());
            return;
        }
        request = null;
        CompletableFuture<A> future;
        try {
            future = method.service().apply(new ProtoReader(message));
        } catch (RuntimeException e) {
            accept(null, e);
            return;
        }
        pending = future;
        future.whenComplete(this);
    }

    @Override
    public void accept(@Nullable A result, @Nullable Throwable problem) {
        answer = result;
        failure = problem;
        replies.offer(this);
    }

    @Override
    public void run() {
        if (call.isCancelled()) {
            return;
        }
        Throwable problem = failure;
        if (problem != null) {
            call.close(Failures.statusOf(problem), new Metadata());
            return;
        }
        Bytes encoded;
        try {
            encoded = encode();
        } catch (RuntimeException e) {
            call.close(Failures.statusOf(e), new Metadata());
            return;
        }
        call.sendHeaders(new Metadata());
        call.sendMessage(encoded);
        call.close(Status.OK, new Metadata());
    }

    @SuppressWarnings("NullAway") // without a failure there is an answer
    private Bytes encode() {
        return method.encoder().apply(answer);
    }

    @Override
    public void onCancel() {
        CompletableFuture<A> waiting = pending;
        if (waiting != null) {
            waiting.cancel(false);
        }
    }
}
