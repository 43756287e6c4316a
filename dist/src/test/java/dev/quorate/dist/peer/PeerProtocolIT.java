/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.dist.RealEtcd;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.PeerCallException;
import dev.quorate.raft.spi.PeerCallNames;
import dev.quorate.raft.spi.PeerObserver;
import dev.quorate.raft.spi.PeerSettings;
import dev.quorate.raft.spi.PeerTransportProvider;
import dev.quorate.raft.spi.PeerTransportProvider.Answer;
import dev.quorate.raft.spi.PeerTransportProvider.Peers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of two: real etcd, and a follower of ours that is played by the test over the transport {@code http}. */
class PeerProtocolIT {
    private static final String TOKEN = "peer-protocol";
    private static final long CALL_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final PeerTransportProvider HTTP = ServiceLoader.load(PeerTransportProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(provider -> provider.name().equals("http"))
            .findFirst()
            .orElseThrow();

    @TempDir
    private Path work;

    private final HttpClient client = HttpClient.newHttpClient();

    private final String realUrl = "http://127.0.0.1:" + freePort();
    private final String realClientUrl = "http://127.0.0.1:" + freePort();
    private final String ourUrl = "http://127.0.0.1:" + freePort();
    private final long realId = firstEight((realUrl + TOKEN).getBytes(StandardCharsets.UTF_8));
    private final long ourId = firstEight((ourUrl + TOKEN).getBytes(StandardCharsets.UTF_8));
    private final long clusterId = clusterOf(realId, ourId);
    private @Nullable Process real;
    private final Peers peers = HTTP.open(
            new PeerSettings(
                    ourId,
                    clusterId,
                    List.of(ourUrl),
                    List.of(ourUrl),
                    "3.7.1",
                    "3.0.0",
                    null,
                    TimeUnit.SECONDS.toNanos(1)),
            PeerObserver.NONE);
    private final PlayedFollower follower = new PlayedFollower(ourId, peers.transport());

    @BeforeEach
    void start() throws IOException {
        startReal();
        peers.calls()
                .handle(
                        PeerCallNames.VERSION,
                        asked -> CompletableFuture.completedFuture(Bytes.utf8(
                                "{\"etcdserver\":\"3.7.1\",\"etcdcluster\":\"3.7.0\",\"storage\":\"3.7.0\"}")));
        peers.transport().addPeer(realId, List.of(realUrl));
        peers.transport().start(follower);
    }

    private void startReal() throws IOException {
        Path program = RealEtcd.programOrSkip("etcd");
        real = new ProcessBuilder(
                        program.toString(),
                        "--name=real",
                        "--data-dir=" + work.resolve("real"),
                        "--initial-cluster=real=" + realUrl + ",ours=" + ourUrl,
                        "--initial-cluster-token=" + TOKEN,
                        "--initial-advertise-peer-urls=" + realUrl,
                        "--listen-peer-urls=" + realUrl,
                        "--listen-client-urls=" + realClientUrl,
                        "--advertise-client-urls=" + realClientUrl,
                        "--snapshot-count=10",
                        "--snapshot-catchup-entries=5")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        work.resolve("real.log").toFile()))
                .start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        peers.transport().close();
        stopReal();
    }

    private void stopReal() throws InterruptedException {
        Process running = real;
        if (running != null) {
            running.destroy();
            running.waitFor();
        }
    }

    @Test
    void realEtcdLeadsAFollowerOfOurs() throws Exception {
        await("a leader", () -> follower.seen().contains(MessageType.APPEND));
        assertThat(follower.seen())
                .contains(MessageType.PRE_VOTE, MessageType.VOTE)
                .doesNotContain(MessageType.SNAPSHOT);
        await("heartbeats", () -> follower.seen().contains(MessageType.HEARTBEAT));
        assertThat(peers.transport().connectedNanos(realId)).isNotNegative();

        long before = follower.commit();
        assertThat(etcdctl("put", "greeting", "hello from a client").strip()).isEqualTo("OK");
        await("the entry", () -> follower.holds("hello from a client"));
        await("its commit", () -> follower.commit() > before);
        assertThat(follower.removals()).isZero();
    }

    @Test
    void takesASnapshotFromRealEtcdAndItsEntriesAgain() throws Exception {
        await("a leader", () -> follower.seen().contains(MessageType.APPEND));
        for (int i = 0; i < 150; i++) { // the log in memory is cut every hundred entries
            put("value" + i);
        }
        stopReal();
        follower.forget();
        startReal(); // a leader believes what it knows of its followers, until it is elected again
        await("a snapshot", () -> follower.seen().contains(MessageType.SNAPSHOT));

        byte[] state = follower.state();
        assertThat(state.length)
                .isGreaterThan(8192)
                .satisfies(length -> assertThat(length % 4096).isZero());
        assertThat(ByteBuffer.wrap(state).order(ByteOrder.LITTLE_ENDIAN).getInt(16))
                .as("magic of a bbolt file")
                .isEqualTo(0xED0CDAED);
        await("a client port", () -> etcdctl("put", "key", "after the snapshot").startsWith("OK"));
        await("the entry", () -> follower.holds("after the snapshot"));
    }

    @Test
    void asksRealEtcd() throws Exception {
        await("a leader", () -> follower.seen().contains(MessageType.APPEND));
        await("the cluster version", () -> call(PeerCallNames.VERSION, "").contains("\"etcdcluster\":\"3.7.0\""));

        Answer members = HTTP.ask(realUrl, PeerCallNames.MEMBERS, Bytes.EMPTY, null, CALL_NANOS)
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        assertThat(members.clusterId()).isEqualTo(clusterId);
        assertThat(members.body().toUtf8())
                .contains(Long.toUnsignedString(realId), Long.toUnsignedString(ourId), realUrl, ourUrl);
        assertThat(call(PeerCallNames.DOWNGRADE_ENABLED, "")).isEqualTo("false");
        assertThat(call(PeerCallNames.HASH_KV, "{\"revision\":0}"))
                .contains("\"hash\":1084519789", "\"compact_revision\":-1");
        refuses(PeerCallNames.PROMOTE, "12", PeerCallException.Reason.REFUSED, "membership: ID not found");
        refuses(PeerCallNames.KEEP_ALIVE, "", PeerCallException.Reason.REFUSED, "lease not found");
        refuses("nothing", "", PeerCallException.Reason.NOT_HANDLED, "404 page not found");
    }

    @Test
    void endsWhenRealEtcdRemovesIt() throws Exception {
        await("a leader", () -> follower.seen().contains(MessageType.APPEND));
        await("a healthy cluster", () -> call(PeerCallNames.VERSION, "").contains("3.7.0"));
        // A member that has just connected may not be removed yet: strict reconfiguration.
        await("the removal", () -> {
            String said = etcdctl("member", "remove", Long.toHexString(ourId));
            return said.contains("removed from cluster") || said.contains("member not found");
        });

        await("that it is told", () -> follower.removals() > 0);
    }

    /** By JSON, which costs no process. */
    private void put(String value) {
        Base64.Encoder encoder = Base64.getEncoder();
        String body = "{\"key\":\"" + encoder.encodeToString("key".getBytes(StandardCharsets.UTF_8)) + "\",\"value\":\""
                + encoder.encodeToString(value.getBytes(StandardCharsets.UTF_8)) + "\"}";
        HttpRequest request = HttpRequest.newBuilder(URI.create(realClientUrl + "/v3/kv/put"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private String call(String name, String request) {
        try {
            return peers.calls()
                    .call(realId, name, Bytes.utf8(request), CALL_NANOS)
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS)
                    .toUtf8();
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void refuses(String name, String request, PeerCallException.Reason reason, String text) {
        CompletableFuture<Bytes> answer = peers.calls()
                .call(realId, name, Bytes.utf8(request), CALL_NANOS)
                .toCompletableFuture();
        assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
                .hasMessageContaining(text)
                .cause()
                .isInstanceOfSatisfying(
                        PeerCallException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(reason));
    }

    private String etcdctl(String... arguments) {
        try {
            List<String> command = new ArrayList<>(
                    List.of(RealEtcd.programOrSkip("etcdctl").toString(), "--endpoints=" + realClientUrl));
            command.addAll(List.of(arguments));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return said;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void await(String what, BooleanSupplier so) throws IOException {
        for (int i = 0; i < 600; i++) {
            if (so.getAsBoolean()) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        throw new AssertionError(
                "waited in vain: " + what + "; real etcd says\n" + Files.readString(work.resolve("real.log")));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long clusterOf(long... ids) {
        ByteBuffer bytes = ByteBuffer.allocate(ids.length * Long.BYTES);
        LongStream.of(ids).boxed().sorted(Long::compareUnsigned).forEach(bytes::putLong);
        return firstEight(bytes.array());
    }

    private static long firstEight(byte[] bytes) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-1").digest(bytes))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
