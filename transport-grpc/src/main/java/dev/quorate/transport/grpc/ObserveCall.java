/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.api.inbound.Elections;
import dev.quorate.api.model.LeaderResponse;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Follows the leaders of an election. A slow reader gets the latest leader and misses those between: there is one place
 * to wait in.
 */
final class ObserveCall extends ServerCall.Listener<Bytes> implements Elections.Observer {
    record Method(CallLimits limits, Elections elections) implements ServerCallHandler<Bytes, Bytes> {
        @Override
        public ServerCall.Listener<Bytes> startCall(ServerCall<Bytes, Bytes> call, Metadata headers) {
            call.request(2);
            return new ObserveCall(this, call, limits.refusal(call, headers));
        }
    }

    private final Method method;
    private final ServerCall<Bytes, Bytes> call;
    private final @Nullable Status refusal;
    private final ReplyQueue replies = ReplyQueue.ofThisLoop();
    private @Nullable Bytes request;
    private Elections.@Nullable Observation observation; // confined, as the fields below, to the event loop
    private @Nullable LeaderResponse latest;
    private boolean ended;

    ObserveCall(Method method, ServerCall<Bytes, Bytes> call, @Nullable Status refusal) {
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
            Bytes name = LockMethods.Fields.read(new ProtoReader(message)).first();
            call.sendHeaders(new Metadata());
            observation = method.elections().observe(name, this);
        } catch (RuntimeException e) {
            end(Failures.statusOfStream(e));
        }
    }

    @Override
    public void onLeader(LeaderResponse response) {
        replies.offer(() -> {
            latest = response;
            send();
        });
    }

    private void send() {
        LeaderResponse leader = latest;
        if (leader != null && !ended && call.isReady()) {
            latest = null;
            ProtoWriter writer = new ProtoWriter();
            LockMethods.write(writer, leader);
            call.sendMessage(writer.toBytes());
        }
    }

    @Override
    public void onReady() {
        send();
    }

    @Override
    public void onEnd(Throwable cause) {
        replies.offer(() -> end(Failures.statusOfStream(cause)));
    }

    @Override
    public void onCancel() {
        ended = true;
        Elections.Observation running = observation;
        if (running != null) {
            running.cancel();
        }
    }

    private void end(Status status) {
        if (!ended) {
            ended = true;
            call.close(status, new Metadata());
        }
    }
}
