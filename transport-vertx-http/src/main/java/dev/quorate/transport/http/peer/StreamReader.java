/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.raft.spi.PeerUrl;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.net.ConnectException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears one stream of another member: dials, reads, and dials again when it ends. For the event loop only.
 *
 * <p>Source: etcd v3.7.1, {@code rafthttp/stream.go}.
 */
final class StreamReader {
    /** As etcd: a stream from which nothing comes for so long is dead. */
    static final long READ_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final Logger LOG = LoggerFactory.getLogger(StreamReader.class);
    private static final long REDIAL_MILLIS_MIN = 100; // as etcd
    private static final long REDIAL_MILLIS_MAX = 400;

    private final StreamKind kind;
    private final Peer peer;
    private final PeerNet net;
    private final Identity identity;
    private @Nullable HttpClientRequest request;
    private boolean dialling;
    private boolean up;
    private boolean stopped;
    private int failures;
    private long timer = -1;
    private String lastError = "";

    StreamReader(StreamKind kind, Peer peer, PeerNet net, Identity identity) {
        this.kind = kind;
        this.peer = peer;
        this.net = net;
        this.identity = identity;
    }

    boolean isUp() {
        return up;
    }

    /** Dials now, if it is only waiting to. */
    void hurry() {
        if (timer >= 0 && net.vertx().cancelTimer(timer)) {
            timer = -1;
            dial();
        }
    }

    void dial() {
        if (stopped || dialling || up) {
            return;
        }
        dialling = true;
        PeerUrl url = peer.picker().pick();
        net.request(net.streams(), url, HttpMethod.GET, kind.path() + identity.member())
                .compose(made -> {
                    request = made;
                    identity.sign(made.headers());
                    made.putHeader(Identity.TO, Long.toHexString(peer.id()));
                    made.idleTimeout(TimeUnit.NANOSECONDS.toMillis(READ_TIMEOUT_NANOS));
                    return made.send();
                })
                .onComplete(answer -> {
                    dialling = false;
                    if (stopped) {
                        drop();
                    } else if (answer.failed()) {
                        if (isRefusal(answer.cause())) {
                            peer.refused(url);
                        }
                        failed(url, String.valueOf(answer.cause().getMessage()));
                    } else {
                        answered(url, answer.result());
                    }
                });
    }

    /** Nobody listens there: a process that has ended refuses so, one that hangs does not. */
    private static boolean isRefusal(Throwable cause) {
        return cause instanceof ConnectException
                && String.valueOf(cause.getMessage()).contains("Connection refused");
    }

    private void answered(PeerUrl url, HttpClientResponse response) {
        if (!identity.hasStreams(response.getHeader(Identity.VERSION)) && response.statusCode() == Answers.OK) {
            failed(url, "unsupported stream type");
        } else if (response.statusCode() == Answers.OK) {
            established(response);
        } else {
            response.body().onComplete(body -> {
                if (body.succeeded()) {
                    request = null; // its connection is for others now
                }
                String text = body.succeeded() ? body.result().toString().strip() : "";
                refused(url, response, text);
            });
        }
    }

    private void refused(PeerUrl url, HttpClientResponse response, String text) {
        switch (response.statusCode()) {
            case Answers.GONE -> {
                failed(url, Peer.REMOVED);
                peer.tellRemoved();
            }
            case Answers.NOT_FOUND ->
                failed(url, "peer " + Long.toHexString(peer.id()) + " failed to find local node " + identity.member());
            case Answers.PRECONDITION_FAILED -> {
                if (text.equals(Identity.INCOMPATIBLE) || text.equals(Identity.OTHER_CLUSTER)) {
                    ignored(response, text);
                    failed(url, text);
                } else {
                    failed(url, "unhandled error \"" + text + "\" when precondition failed");
                }
            }
            default -> failed(url, "unhandled http status " + response.statusCode());
        }
    }

    private void ignored(HttpClientResponse response, String text) {
        if (!text.equals(lastError)) {
            LOG.atWarn()
                    .addKeyValue("local-member-id", identity.member())
                    .addKeyValue("local-member-cluster-id", identity.cluster())
                    .addKeyValue("remote-peer-id", Long.toHexString(peer.id()))
                    .addKeyValue("remote-peer-cluster-id", response.getHeader(Identity.CLUSTER))
                    .addKeyValue("error", text)
                    .log(
                            text.equals(Identity.INCOMPATIBLE)
                                    ? "request sent was ignored by remote peer due to server version incompatibility"
                                    : "request sent was ignored by remote peer due to cluster ID mismatch");
        }
    }

    private void established(HttpClientResponse response) {
        up = true;
        failures = 0;
        lastError = "";
        log("established TCP streaming connection with remote peer", null);
        StreamDecoder decoder = new StreamDecoder(kind, identity.memberId(), peer.id());
        response.handler(piece -> read(decoder, piece));
        response.endHandler(none -> {
            request = null; // its connection is for others now
            lost("EOF");
        });
        response.exceptionHandler(failure -> lost(String.valueOf(failure.getMessage())));
        peer.heard();
    }

    private void read(StreamDecoder decoder, Buffer piece) {
        if (!up) {
            return;
        }
        peer.received(piece.length());
        try {
            decoder.feed(piece.getBytes());
            peer.receive(decoder.take());
        } catch (MalformedProtoException e) {
            peer.receive(decoder.take());
            lost(String.valueOf(e.getMessage()));
        }
    }

    private void lost(String reason) {
        if (!up) {
            return;
        }
        up = false;
        drop();
        if (!stopped) {
            log("lost TCP streaming connection with remote peer", reason);
            peer.unheard("read", kind.text(), reason);
            again();
        }
    }

    private void failed(PeerUrl url, String reason) {
        drop();
        peer.picker().unreachable(url);
        peer.unheard("dial", kind.text(), reason);
        lastError = reason;
        failures++;
        again();
    }

    private void again() {
        if (!stopped && timer < 0) {
            long millis = Math.min(REDIAL_MILLIS_MAX, REDIAL_MILLIS_MIN << Math.min(failures, 8));
            boolean untried = failures < peer.picker().count(); // a stream was lost: every address is tried at once
            timer = net.vertx().setTimer(untried ? 1 : millis, fired -> {
                timer = -1;
                dial();
            });
        }
    }

    private void drop() {
        HttpClientRequest dropped = request;
        request = null;
        if (dropped != null) {
            dropped.reset();
            dropped.connection().close();
        }
    }

    void stop() {
        stopped = true;
        up = false;
        if (timer >= 0) {
            net.vertx().cancelTimer(timer);
            timer = -1;
        }
        drop();
    }

    private void log(String text, @Nullable String error) {
        var event = (error == null ? LOG.atInfo() : LOG.atWarn())
                .addKeyValue("stream-reader-type", kind.text())
                .addKeyValue("local-member-id", identity.member())
                .addKeyValue("remote-peer-id", Long.toHexString(peer.id()));
        (error == null ? event : event.addKeyValue("error", error)).log(text);
    }
}
