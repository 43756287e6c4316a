/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.raft.spi.MessageBytes;
import dev.quorate.raft.spi.PeerUrl;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts messages to a member that has not dialled us, one at a time and so in order. For the event loop only.
 *
 * <p>Source: etcd v3.7.1, {@code rafthttp/pipeline.go}.
 */
final class Pipeline {
    static final String NAME = "pipeline";

    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
    private static final long ANSWER_MILLIS_MAX = TimeUnit.SECONDS.toMillis(5);

    private final Peer peer;
    private final PeerNet net;
    private final Identity identity;
    private boolean busy;
    private boolean stopped;

    Pipeline(Peer peer, PeerNet net, Identity identity) {
        this.peer = peer;
        this.net = net;
        this.identity = identity;
    }

    boolean isBusy() {
        return busy;
    }

    void post(Outgoing outgoing) {
        busy = true;
        ProtoWriter writer = new ProtoWriter((int) Math.min(Integer.MAX_VALUE - 8, outgoing.size()));
        MessageBytes.write(writer, outgoing.message());
        int size = writer.size();
        PeerUrl url = peer.picker().pick();
        net.request(net.requests(), url, HttpMethod.POST, "/raft")
                .compose(request -> {
                    identity.sign(request.headers());
                    request.putHeader("Content-Type", "application/protobuf");
                    request.idleTimeout(ANSWER_MILLIS_MAX);
                    return request.send(Answers.buffer(writer.toBytes()));
                })
                .compose(response -> response.body().map(body -> check(response, body.toString())))
                .onComplete(answer -> {
                    busy = false;
                    if (stopped) {
                        return;
                    }
                    if (answer.failed()) {
                        peer.picker().unreachable(url);
                        peer.postFailed(String.valueOf(answer.cause().getMessage()));
                    } else if (!answer.result().isEmpty()) {
                        peer.picker().unreachable(url);
                        peer.postFailed(answer.result());
                    } else {
                        peer.posted(size);
                    }
                });
    }

    /** Tells what is wrong with an answer; empty for nothing. */
    private String check(HttpClientResponse response, String body) {
        String text = body.strip();
        return switch (response.statusCode()) {
            case Answers.NO_CONTENT -> "";
            case Answers.FORBIDDEN -> {
                if (!text.contains("removed member")) {
                    yield text;
                }
                peer.tellRemoved();
                yield Peer.REMOVED;
            }
            case Answers.PRECONDITION_FAILED -> {
                LOG.atDebug()
                        .addKeyValue("remote-peer-id", Long.toHexString(peer.id()))
                        .addKeyValue("remote-peer-cluster-id", response.getHeader(Identity.CLUSTER))
                        .addKeyValue("local-member-cluster-id", identity.cluster())
                        .addKeyValue("error", text)
                        .log("request sent was ignored by peer");
                yield text;
            }
            default ->
                "unexpected http status " + response.statusMessage() + " while posting to "
                        + peer.picker().pick();
        };
    }

    void stop() {
        stopped = true;
    }
}
