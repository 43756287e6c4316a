/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageBytes;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.PeerCallException;
import dev.quorate.raft.spi.PeerCallNames;
import dev.quorate.raft.spi.PeerObserver;
import dev.quorate.raft.spi.PeerSettings;
import dev.quorate.raft.spi.PeerTransportProvider.Peers;
import dev.quorate.raft.spi.contract.Recorder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Status codes and texts of the peer port, as etcd has them. */
class PeerPortTest {
    private static final long LOCAL = 0xa1;
    private static final long PEER = 0xb2;

    private final HttpClient client = HttpClient.newHttpClient();
    private final String url = "http://127.0.0.1:" + HttpPeerTransportTest.freePort();
    private final Peers peers = new HttpPeerTransportProvider()
            .open(
                    new PeerSettings(
                            LOCAL,
                            0xc3,
                            List.of(url),
                            List.of(url),
                            "3.7.1",
                            "3.0.0",
                            null,
                            TimeUnit.SECONDS.toNanos(1)),
                    PeerObserver.NONE);

    @BeforeEach
    void start() throws IOException {
        refusing(PeerCallNames.PROMOTE, "membership: ID not found");
        refusing(PeerCallNames.KEEP_ALIVE, "lease not found");
        refusing(PeerCallNames.TIME_TO_LIVE, "waiting for node to catch up its applied index has timed out");
        refusing(PeerCallNames.HASH_KV, "mvcc: required revision is a future revision");
        peers.calls()
                .handle(
                        PeerCallNames.VERSION,
                        asked -> CompletableFuture.completedFuture(Bytes.utf8("{\"etcdserver\":\"3.7.1\"}")));
        peers.transport().addPeer(PEER, List.of("http://127.0.0.1:" + HttpPeerTransportTest.freePort()));
        peers.transport().removePeer(0xdead);
        peers.transport().start(new Recorder());
    }

    private void refusing(String name, String text) {
        peers.calls()
                .handle(
                        name,
                        asked -> CompletableFuture.failedFuture(
                                new PeerCallException(PeerCallException.Reason.REFUSED, text)));
    }

    @AfterEach
    void stop() {
        peers.transport().close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .header("X-Server-From", "b2")
                .header("X-Server-Version", "3.7.1")
                .header("X-Min-Cluster-Version", "3.0.0")
                .header("X-Etcd-Cluster-ID", "c3");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private void answers(HttpRequest.Builder request, int status, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> response = send(request);
        assertThat(response.statusCode() + " " + response.body()).isEqualTo(status + " " + body);
    }

    private static BodyPublisher message(MessageType type, long from, long to) {
        ProtoWriter writer = new ProtoWriter();
        MessageBytes.write(writer, Message.of(type).from(from).to(to).build());
        return BodyPublishers.ofByteArray(writer.toArray());
    }

    @Test
    void postedMessages() throws Exception {
        answers(request("/raft").GET(), 405, "Method Not Allowed\n");
        answers(request("/raft").POST(message(MessageType.HEARTBEAT, PEER, LOCAL)), 204, "");
        answers(request("/raft").POST(BodyPublishers.ofString("?")), 400, "error unmarshalling raft message\n");
        answers(
                request("/raft").POST(message(MessageType.HEARTBEAT, 0xdead, LOCAL)),
                403,
                "{\"message\":\"cannot process message from removed member\"}");
        answers(
                request("/raft").POST(message(MessageType.HEARTBEAT, PEER, 5)),
                403,
                "{\"message\":\"cannot process message to mismatch member\"}");
        answers(
                request("/raft").setHeader("X-Etcd-Cluster-ID", "c4").POST(message(MessageType.HEARTBEAT, PEER, LOCAL)),
                412,
                "cluster ID mismatch\n");
        answers(
                HttpRequest.newBuilder(URI.create(url + "/raft")).POST(message(MessageType.HEARTBEAT, PEER, LOCAL)),
                412,
                "incompatible version\n");
        answers(
                request("/raft")
                        .setHeader("X-Min-Cluster-Version", "3.8.0")
                        .POST(message(MessageType.HEARTBEAT, PEER, LOCAL)),
                412,
                "incompatible version\n");
    }

    @Test
    void streams() throws Exception {
        answers(request("/raft/stream/other/b2").GET(), 404, "invalid path\n");
        answers(request("/raft/stream/message/xyz").GET(), 404, "invalid from\n");
        answers(request("/raft/stream/message/99").GET(), 404, "error sender not found\n");
        answers(request("/raft/stream/message/dead").GET(), 410, "removed member\n");
        answers(request("/raft/stream/message/b2").header("X-Raft-To", "a2").GET(), 412, "to field mismatch\n");
        answers(request("/raft/stream/message/b2").POST(BodyPublishers.noBody()), 405, "Method Not Allowed\n");
        answers(
                request("/raft/stream/msgapp/b2")
                        .setHeader("X-Etcd-Cluster-ID", "c4")
                        .GET(),
                412,
                "cluster ID mismatch\n");
        var open = client.send(
                request("/raft/stream/msgapp/b2")
                        .header("X-Raft-To", "a1")
                        .GET()
                        .build(),
                BodyHandlers.ofInputStream());
        try (var body = open.body()) {
            assertThat(open.statusCode()).isEqualTo(200);
            assertThat(open.headers().firstValue("X-Server-Version")).contains("3.7.1");
            assertThat(open.headers().firstValue("X-Etcd-Cluster-ID")).contains("c3");
            assertThat(body.read()).as("a heartbeat of the link").isZero();
        }
    }

    @Test
    void snapshots() throws Exception {
        answers(request("/raft/snapshot").GET(), 405, "Method Not Allowed\n");
        answers(request("/raft/snapshot").POST(BodyPublishers.noBody()), 400, "failed to decode raft message (EOF)\n");
        ProtoWriter frame = new ProtoWriter();
        StreamEncoder.whole(
                frame, Message.of(MessageType.HEARTBEAT).from(PEER).to(LOCAL).build());
        answers(
                request("/raft/snapshot").POST(BodyPublishers.ofByteArray(frame.toArray())),
                400,
                "wrong raft message type\n");
    }

    @Test
    void calls() throws Exception {
        answers(request("/version").GET(), 200, "{\"etcdserver\":\"3.7.1\"}");
        answers(request("/version").POST(BodyPublishers.noBody()), 405, "Method Not Allowed\n");
        answers(request("/nothing").GET(), 404, "404 page not found\n");
        answers(request("/members").GET(), 404, "404 page not found\n");
        answers(request("/members/promote/12").POST(BodyPublishers.noBody()), 404, "membership: ID not found\n");
        answers(request("/members/promote/x").POST(BodyPublishers.noBody()), 404, "member x not found in cluster\n");
        answers(request("/leases").POST(BodyPublishers.noBody()), 404, "lease not found\n");
        answers(request("/leases").POST(BodyPublishers.ofByteArray(new byte[70_000])), 413, "request body too large\n");
        answers(
                request("/leases/internal").POST(BodyPublishers.noBody()),
                408,
                "waiting for node to catch up its applied index has timed out\n");
        answers(request("/members/hashkv").GET(), 400, "mvcc: required revision is a future revision\n");
        answers(request("/members/hashkv").setHeader("X-Etcd-Cluster-ID", "c4").GET(), 412, "cluster ID mismatch\n");
        assertThat(send(request("/raft/probing").GET()).body())
                .startsWith("{\"OK\":true,\"Now\":\"2")
                .endsWith("Z\"}\n");
    }
}
