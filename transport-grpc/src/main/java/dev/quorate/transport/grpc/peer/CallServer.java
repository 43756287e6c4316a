/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.raft.spi.PeerCallException;
import dev.quorate.raft.spi.PeerCallException.Reason;
import dev.quorate.raft.spi.PeerCallNames;
import dev.quorate.raft.spi.PeerCalls.Handler;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers calls by name, also of those that are no members. On the event loop. */
final class CallServer implements ServerCallHandler<Chunks, Chunks> {
    private static final Logger LOG = LoggerFactory.getLogger(CallServer.class);

    private final PeerParts parts;
    private final Map<String, Handler> handlers;

    CallServer(PeerParts parts, Map<String, Handler> handlers) {
        this.parts = parts;
        this.handlers = handlers;
    }

    @Override
    public ServerCall.Listener<Chunks> startCall(ServerCall<Chunks, Chunks> call, Metadata headers) {
        call.request(2);
        return new Question(call, headers.get(Identity.CLUSTER));
    }

    /** One call. */
    private final class Question extends ServerCall.Listener<Chunks> {
        private final ServerCall<Chunks, Chunks> call;
        private final @Nullable String cluster;
        private String name = "";
        private Bytes body = Bytes.EMPTY;

        Question(ServerCall<Chunks, Chunks> call, @Nullable String cluster) {
            this.call = call;
            this.cluster = cluster;
        }

        @Override
        public void onMessage(Chunks message) {
            try {
                ProtoReader reader = new ProtoReader(message.bytes());
                while (reader.next()) {
                    switch (reader.field()) {
                        case Fields.NAME -> name = reader.string();
                        case Fields.REQUEST_BODY -> body = reader.bytes();
                        default -> reader.skip();
                    }
                }
            } catch (MalformedProtoException e) {
                name = "";
            }
        }

        @Override
        public void onHalfClose() {
            if (parts.gate().isClosed()) {
                refuse(Status.UNAVAILABLE.withDescription("stopped"));
                return;
            }
            if (name.equals(PeerCallNames.HASH_KV)
                    && cluster != null
                    && !cluster.equals(parts.identity().cluster())) {
                refuse(Refusal.OTHER_CLUSTER.status());
                return;
            }
            Handler handler = handlers.get(name);
            if (handler == null) {
                refuse(notHandled());
                return;
            }
            handler.answer(body)
                    .whenComplete((answer, failure) -> parts.loop().later(() -> {
                        if (failure == null) {
                            answer(answer);
                        } else {
                            refuse(status(failure));
                        }
                    }));
        }

        private void answer(Bytes answer) {
            if (!call.isCancelled()) {
                call.sendHeaders(parts.identity().signature());
                call.sendMessage(Chunks.of(new ProtoWriter(8 + answer.length()).bytes(Fields.ANSWER_BODY, answer)));
                call.close(Status.OK, new Metadata());
            }
        }

        private void refuse(Status status) {
            if (!call.isCancelled()) {
                call.close(status, parts.identity().signature());
            }
        }

        private Status notHandled() {
            return Status.UNIMPLEMENTED.withDescription("there is nothing named " + name + " to be called");
        }

        private Status status(Throwable failure) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof PeerCallException known && known.reason() == Reason.NOT_HANDLED) {
                return notHandled();
            }
            if (!(cause instanceof PeerCallException)) {
                LOG.atWarn().addKeyValue("call", name).setCause(cause).log("a call of another member has failed");
            }
            return Status.FAILED_PRECONDITION.withDescription(String.valueOf(cause.getMessage()));
        }
    }
}
