/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.PeerCallException;
import dev.quorate.raft.spi.PeerCallException.Reason;
import dev.quorate.raft.spi.PeerTransportProvider.Answer;
import dev.quorate.raft.spi.PeerUrl;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks members. An address that cannot be reached is passed over; one that was reached is the last. */
final class CallClient {
    private static final long ANSWER_BYTES_MAX = 100 << 20;

    private final PeerNet net;
    private final @Nullable Identity identity;

    CallClient(PeerNet net, @Nullable Identity identity) {
        this.net = net;
        this.identity = identity;
    }

    /** Asks, at the first of the addresses that can be reached. May be called by any thread. */
    CompletableFuture<Answer> call(List<PeerUrl> urls, String name, Bytes request, long timeoutNanos) {
        Attempt attempt = new Attempt(urls, CallPath.of(name), request);
        net.loop().runOnContext(none -> {
            long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(timeoutNanos));
            long timer = net.vertx().setTimer(millis, fired -> attempt.timeOut(millis));
            attempt.answer.whenComplete((answer, failure) -> net.vertx().cancelTimer(timer));
            attempt.begin(0);
        });
        return attempt.answer;
    }

    /** One call. On the event loop. */
    private final class Attempt {
        private final List<PeerUrl> urls;
        private final CallPath path;
        private final Bytes request;
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private @Nullable HttpClientRequest sent;

        Attempt(List<PeerUrl> urls, CallPath path, Bytes request) {
            this.urls = urls;
            this.path = path;
            this.request = request;
        }

        void begin(int at) {
            net.request(net.requests(), urls.get(at), path.method(), path.path(request))
                    .onComplete(made -> {
                        if (answer.isDone()) {
                            if (made.succeeded()) {
                                made.result().reset();
                            }
                        } else if (made.succeeded()) {
                            send(made.result());
                        } else if (at + 1 < urls.size()) {
                            begin(at + 1);
                        } else {
                            fail(Reason.UNREACHABLE, String.valueOf(made.cause().getMessage()));
                        }
                    });
        }

        private void send(HttpClientRequest made) {
            sent = made;
            if (identity != null) {
                identity.sign(made.headers());
            }
            if (path.contentType().equals("application/protobuf")) {
                made.putHeader("Content-Type", path.contentType());
            }
            Buffer body = Answers.buffer(path.askedInPath() ? Bytes.EMPTY : request);
            made.send(body).onComplete(got -> {
                if (got.failed()) {
                    fail(Reason.UNKNOWN_OUTCOME, String.valueOf(got.cause().getMessage()));
                } else {
                    collect(made, got.result());
                }
            });
        }

        private void collect(HttpClientRequest made, HttpClientResponse response) {
            Buffer body = Buffer.buffer();
            response.handler(piece -> {
                if (body.length() + (long) piece.length() > ANSWER_BYTES_MAX) {
                    fail(Reason.UNKNOWN_OUTCOME, "an answer exceeds " + ANSWER_BYTES_MAX + " bytes");
                    made.reset();
                } else {
                    body.appendBuffer(piece);
                }
            });
            response.exceptionHandler(failure -> fail(Reason.UNKNOWN_OUTCOME, String.valueOf(failure.getMessage())));
            response.endHandler(none -> finish(response, body));
        }

        private void finish(HttpClientResponse response, Buffer body) {
            if (response.statusCode() == Answers.OK) {
                long cluster = Identity.id(response.getHeader(Identity.CLUSTER)).orElse(0L);
                answer.complete(new Answer(cluster, Bytes.wrap(body.getBytes())));
                return;
            }
            String text = body.toString().strip();
            boolean unknown = response.statusCode() == Answers.NOT_FOUND && text.equals(Answers.PAGE_NOT_FOUND);
            fail(
                    unknown ? Reason.NOT_HANDLED : Reason.REFUSED,
                    text.isEmpty() ? "unexpected http status " + response.statusCode() : text);
        }

        void timeOut(long millis) {
            HttpClientRequest open = sent;
            fail(open == null ? Reason.UNREACHABLE : Reason.UNKNOWN_OUTCOME, "no answer in " + millis + " ms");
            if (open != null) {
                open.reset();
            }
        }

        private void fail(Reason reason, String text) {
            answer.completeExceptionally(new PeerCallException(reason, text));
        }
    }
}
