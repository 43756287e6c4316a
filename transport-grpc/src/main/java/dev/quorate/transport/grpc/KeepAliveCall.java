/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.api.inbound.Leases;
import dev.quorate.api.model.LeaseKeepAliveResponse;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * A stream of renewals, answered one after the other: the next request is taken when the last one is answered and there
 * is room, so a slow reader costs nothing.
 */
final class KeepAliveCall extends ServerCall.Listener<Bytes> {
    record Method(CallLimits limits, Leases leases) implements ServerCallHandler<Bytes, Bytes> {
        @Override
        public ServerCall.Listener<Bytes> startCall(ServerCall<Bytes, Bytes> call, Metadata headers) {
            Status refusal = limits.refusal(call, headers);
            if (refusal != null) {
                call.close(refusal, new Metadata());
                return new ServerCall.Listener<>() {};
            }
            call.sendHeaders(new Metadata());
            call.request(1);
            return new KeepAliveCall(this, call);
        }
    }

    private final Method method;
    private final ServerCall<Bytes, Bytes> call;
    private final ReplyQueue replies = ReplyQueue.ofThisLoop();
    private boolean answering; // confined, as the fields below, to the event loop
    private boolean halfClosed;
    private boolean ended;
    private boolean wantsRoom;

    KeepAliveCall(Method method, ServerCall<Bytes, Bytes> call) {
        this.method = method;
        this.call = call;
    }

    @Override
    public void onMessage(Bytes message) {
        Status refusal = method.limits().refusal(message);
        if (refusal != null) {
            end(refusal);
            return;
        }
        answering = true;
        try {
            method.leases()
                    .keepAlive(LeaseMethods.id(new ProtoReader(message)))
                    .whenComplete((answer, failure) -> replies.offer(() -> answer(answer, failure)));
        } catch (RuntimeException e) {
            answer(null, e);
        }
    }

    private void answer(@Nullable LeaseKeepAliveResponse answer, @Nullable Throwable failure) {
        answering = false;
        if (ended) {
            return;
        }
        if (failure != null || answer == null) {
            end(failure == null ? Status.UNKNOWN : Failures.statusOfStream(failure));
            return;
        }
        ProtoWriter writer = new ProtoWriter(64);
        LeaseMethods.write(writer, answer);
        call.sendMessage(writer.toBytes());
        if (halfClosed) {
            end(Status.OK);
        } else if (call.isReady()) {
            call.request(1);
        } else {
            wantsRoom = true;
        }
    }

    @Override
    public void onReady() {
        if (wantsRoom) {
            wantsRoom = false;
            call.request(1);
        }
    }

    @Override
    public void onHalfClose() {
        halfClosed = true;
        if (!answering) {
            end(Status.OK);
        }
    }

    @Override
    public void onCancel() {
        ended = true;
    }

    private void end(Status status) {
        if (!ended) {
            ended = true;
            call.close(status, new Metadata());
        }
    }
}
