/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.inbound.Kv;
import dev.quorate.api.inbound.RangeStream;
import dev.quorate.api.message.KvMessages;
import dev.quorate.api.message.ResponseMessages;
import dev.quorate.api.model.RangeResponse;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A range sent piece by piece, each read only when the connection has room: a slow reader costs one piece of memory.
 *
 * <p>Pieces are read on the pool and sent on the event loop.
 */
final class RangeStreamCall extends ServerCall.Listener<Bytes> {
    record Method(CallLimits limits, Kv kv, Executor pool) implements ServerCallHandler<Bytes, Bytes> {
        @Override
        public ServerCall.Listener<Bytes> startCall(ServerCall<Bytes, Bytes> call, Metadata headers) {
            call.request(2);
            return new RangeStreamCall(this, call, limits.refusal(headers));
        }
    }

    private final Method method;
    private final ServerCall<Bytes, Bytes> call;
    private final @Nullable Status refusal;
    private final ReplyQueue replies = ReplyQueue.ofThisLoop();
    private @Nullable Bytes request;
    private @Nullable RangeStream stream;
    private boolean reading; // confined, as the fields below, to the event loop
    private boolean begun;
    private boolean ended;

    RangeStreamCall(Method method, ServerCall<Bytes, Bytes> call, @Nullable Status refusal) {
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
            method.kv()
                    .rangeStream(KvMessages.range(new ProtoReader(message)))
                    .whenComplete((opened, failure) -> replies.offer(() -> {
                        if (failure != null) {
                            end(Failures.statusOfStream(failure));
                        } else {
                            stream = opened;
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
    }

    private void readNext() {
        RangeStream source = stream;
        if (source == null || reading || ended || !call.isReady()) {
            return;
        }
        reading = true;
        try {
            method.pool().execute(() -> read(source));
        } catch (RejectedExecutionException e) {
            end(Failures.statusOfStream(EtcdError.REQUEST_TOO_MANY_REQUESTS.exception()));
        }
    }

    private void read(RangeStream source) {
        try {
            RangeResponse piece = source.next();
            Bytes encoded = piece == null ? Bytes.EMPTY : encode(piece);
            replies.offer(() -> send(encoded, piece == null));
        } catch (RuntimeException e) {
            replies.offer(() -> end(Failures.statusOfStream(e)));
        }
    }

    private static Bytes encode(RangeResponse piece) {
        ProtoWriter writer = new ProtoWriter(ResponseMessages.sizeMax(piece));
        ResponseMessages.writePiece(writer, piece, piece.header().revision() != 0);
        return writer.toBytes();
    }

    private void send(Bytes encoded, boolean last) {
        reading = false;
        if (ended) {
            return;
        }
        if (last) {
            end(Status.OK);
            return;
        }
        begin();
        call.sendMessage(encoded);
        readNext();
    }

    private void begin() {
        if (!begun) {
            begun = true;
            call.sendHeaders(new Metadata());
        }
    }

    private void end(Status status) {
        if (!ended) {
            ended = true;
            if (status.isOk()) {
                begin();
            }
            call.close(status, new Metadata());
        }
    }
}
