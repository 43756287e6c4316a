/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.raft.spi.PeerCallException;
import dev.quorate.raft.spi.PeerCallException.Reason;
import dev.quorate.raft.spi.PeerTransportProvider.Answer;
import dev.quorate.raft.spi.PeerUrl;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks members. An address that cannot be reached is passed over; one that was reached is the last. */
final class CallClient {
    private final Loop loop;
    private final Channels channels;
    private final @Nullable Identity identity;

    /** Makes one; without an identity it asks as somebody who does not belong to a cluster yet. */
    CallClient(Loop loop, Channels channels, @Nullable Identity identity) {
        this.loop = loop;
        this.channels = channels;
        this.identity = identity;
    }

    /** Asks, at the first of the addresses that can be reached. On the event loop. */
    CompletableFuture<Answer> call(CallRoute route, List<PeerUrl> urls, String name, Bytes request, long timeoutNanos) {
        Attempt attempt = new Attempt(route, encoded(name, request));
        Future<?> timer = loop.after(timeoutNanos, () -> attempt.timeOut(timeoutNanos));
        attempt.answer.whenComplete((answer, failure) -> timer.cancel(false));
        channels.findAll(urls)
                .whenComplete((targets, failure) ->
                        loop.execute(() -> attempt.begin(failure == null ? route.sorted(targets) : List.of(), 0)));
        return attempt.answer;
    }

    private static Chunks encoded(String name, Bytes request) {
        return Chunks.of(new ProtoWriter(16 + name.length() + request.length())
                .string(Fields.NAME, name)
                .bytes(Fields.REQUEST_BODY, request));
    }

    private static Bytes decoded(Bytes answer) {
        ProtoReader reader = new ProtoReader(answer);
        Bytes body = Bytes.EMPTY;
        while (reader.next()) {
            if (reader.field() == Fields.ANSWER_BODY) {
                body = reader.bytes();
            } else {
                reader.skip();
            }
        }
        return body;
    }

    /** One call, at one address after the other. On the event loop. */
    private final class Attempt {
        private final CallRoute route;
        private final Chunks request;
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private List<Target> targets = List.of();
        private @Nullable Try last;

        Attempt(CallRoute route, Chunks request) {
            this.route = route;
            this.request = request;
        }

        void begin(List<Target> found, int at) {
            if (answer.isDone()) {
                return;
            }
            targets = found;
            ManagedChannel channel = at < targets.size() ? route.to(targets.get(at)) : null;
            if (channel == null) {
                fail(Reason.UNREACHABLE, "no address is known");
                return;
            }
            Try next = new Try(this, channel, at);
            last = next;
            next.begin();
        }

        void unreached(int at, String reason) {
            if (at + 1 < targets.size()) {
                begin(targets, at + 1);
            } else {
                fail(Reason.UNREACHABLE, reason);
            }
        }

        void timeOut(long nanos) {
            String reason = "no answer in " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
            Try open = last;
            if (open == null) {
                fail(Reason.UNREACHABLE, reason);
            } else {
                fail(open.isSent() ? Reason.UNKNOWN_OUTCOME : Reason.UNREACHABLE, reason);
                open.giveUp();
            }
        }

        void fail(Reason reason, String text) {
            answer.completeExceptionally(new PeerCallException(reason, text));
        }
    }

    /** One call at one address. */
    private final class Try extends ClientCall.Listener<Chunks> {
        private final Attempt attempt;
        private final ManagedChannel channel;
        private final int at;
        private final Sent sent = new Sent();
        private final ClientCall<Chunks, Chunks> call;
        private long cluster;
        private @Nullable Bytes body;

        Try(Attempt attempt, ManagedChannel channel, int at) {
            this.attempt = attempt;
            this.channel = channel;
            this.at = at;
            call = channel.newCall(Methods.CALL, CallOptions.DEFAULT.withStreamTracerFactory(sent));
        }

        void begin() {
            call.start(this, identity == null ? new Metadata() : identity.signature());
            call.request(2);
            call.sendMessage(attempt.request);
            call.halfClose();
        }

        /** Tells whether the other side may have heard it. */
        boolean isSent() {
            return sent.headers;
        }

        /** A connection on which nothing comes back is not used again. */
        void giveUp() {
            call.cancel("no answer in time", null);
            attempt.route.drop(channel);
        }

        @Override
        public void onHeaders(Metadata headers) {
            cluster = Identity.id(headers.get(Identity.CLUSTER)).orElse(0L);
        }

        @Override
        public void onMessage(Chunks message) {
            try {
                body = decoded(message.bytes());
            } catch (MalformedProtoException e) {
                call.cancel("malformed answer: " + e.getMessage(), e);
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            Bytes whole = body;
            String text = Link.reason(status);
            if (status.isOk() && whole != null) {
                attempt.answer.complete(new Answer(cluster, whole));
            } else if (status.getCode() == Status.Code.UNIMPLEMENTED) {
                attempt.fail(Reason.NOT_HANDLED, text);
            } else if (status.getCode() == Status.Code.FAILED_PRECONDITION) {
                attempt.fail(Reason.REFUSED, text);
            } else {
                attempt.route.drop(channel);
                if (isSent()) {
                    attempt.fail(Reason.UNKNOWN_OUTCOME, text);
                } else if (!attempt.answer.isDone()) {
                    attempt.unreached(at, text);
                }
            }
        }
    }

    /** Hears that a call has gone out to the network. Called there. */
    private static final class Sent extends ClientStreamTracer.Factory {
        private volatile boolean headers;

        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata metadata) {
            return new ClientStreamTracer() {
                @Override
                public void outboundHeaders() {
                    headers = true;
                }
            };
        }
    }
}
