/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.face.ListenerSettings;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.PutResponse;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.platform.Metrics;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client port over real sockets: who is served, what is refused and in which words. */
class ClientPortTest {
    private static final String PUT = "etcdserverpb.KV/Put";
    private static final ResponseHeader HEADER = new ResponseHeader(1, 2, 3, 4);
    private static final int MESSAGE_BYTES_MAX = FakeMember.REQUEST_BYTES_MAX + (512 << 10);

    private FakeMember member;

    @BeforeEach
    void start() throws IOException {
        member = new FakeMember();
    }

    @AfterEach
    void stop() {
        member.close();
    }

    private static byte[] put(int valueBytes) {
        return dev.quorate.wire.etcdserverpb.PutRequest.newBuilder()
                .setKey(com.google.protobuf.ByteString.copyFromUtf8("k"))
                .setValue(com.google.protobuf.ByteString.copyFrom(new byte[valueBytes]))
                .build()
                .toByteArray();
    }

    @Test
    void answersGrpcAndHttpOnOnePort() throws Exception {
        member.answer("Kv.put", new PutResponse(HEADER, null));

        dev.quorate.wire.etcdserverpb.PutResponse answer =
                dev.quorate.wire.etcdserverpb.PutResponse.parseFrom(member.call(PUT, put(1)));
        String health = member.raw("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer.getHeader().getRevision()).isEqualTo(3);
        assertThat(health).startsWith("HTTP/1.1 200").endsWith("{\"health\":\"true\",\"reason\":\"\"}");
    }

    @Test
    void waitsForEnoughBytesToTellHttpFromGrpc() throws Exception {
        assertThat(member.raw("P", "RI", " /nothing HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 404");
        assertThat(member.raw("G", "ET /version", " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .endsWith("{\"etcdserver\":\"3.7.1\",\"etcdcluster\":\"3.7.0\",\"storage\":\"3.7.0\"}");
    }

    @Test
    void handsTheRequestToTheMember() {
        CompletableFuture<PutRequest> taken = new CompletableFuture<>();
        member.when("Kv.put", arguments -> {
            taken.complete((PutRequest) arguments[0]);
            return CompletableFuture.completedFuture(new PutResponse(HEADER, null));
        });

        member.call(PUT, put(3));

        assertThat(taken.join().key()).isEqualTo(Bytes.utf8("k"));
        assertThat(taken.join().value().length()).isEqualTo(3);
    }

    @Test
    void passesEveryErrorOnWithItsCodeAndText() {
        for (EtcdError error : EtcdError.values()) {
            member.when("Kv.put", arguments -> CompletableFuture.failedFuture(error.exception()));

            String code = error.code() == dev.quorate.api.error.StatusCode.CANCELED
                    ? "CANCELLED"
                    : error.code().name();
            assertThat(member.failure(PUT, put(1))).as(error.name()).isEqualTo(code + ": " + error.text());
        }
    }

    @Test
    void refusesLargeMessagesInTheWordsOfGrpcForGo() {
        member.answer("Kv.put", new PutResponse(HEADER, null));
        int overhead = put(MESSAGE_BYTES_MAX).length - MESSAGE_BYTES_MAX;

        assertThat(member.failure(PUT, put(MESSAGE_BYTES_MAX - overhead))).isEqualTo("OK");
        assertThat(member.failure(PUT, put(MESSAGE_BYTES_MAX - overhead + 1)))
                .isEqualTo("RESOURCE_EXHAUSTED: grpc: received message larger than max (" + (MESSAGE_BYTES_MAX + 1)
                        + " vs. " + MESSAGE_BYTES_MAX + ")");
    }

    @Test
    void refusesWhatIsNotServedInTheWordsOfGrpcForGo() {
        assertThat(member.failure("etcdserverpb.KV/Nothing", new byte[0]))
                .isEqualTo("UNIMPLEMENTED: unknown method Nothing for service etcdserverpb.KV");
        assertThat(member.failure("some.Thing/Nothing", new byte[0]))
                .isEqualTo("UNIMPLEMENTED: unknown service some.Thing");
    }

    @Test
    void refusesBytesThatAreNoMessageInTheWordsOfGrpcForGo() {
        byte[] cut = {10, 5, 1};
        String malformed = "proto: cannot parse invalid wire-format data";

        assertThat(member.failure(PUT, cut)).isEqualTo("INTERNAL: grpc: error unmarshalling request: " + malformed);
        assertThat(member.failure("etcdserverpb.Maintenance/Status", cut))
                .isEqualTo("INTERNAL: grpc: error unmarshalling request: " + malformed);
        assertThat(member.failure("etcdserverpb.KV/RangeStream", cut))
                .isEqualTo("INTERNAL: grpc: failed to unmarshal the received message: " + malformed);
    }

    @Test
    void knowsTheHealthOfNoServiceByName() throws Exception {
        HealthCheckResponse answer = HealthCheckResponse.parseFrom(member.call(
                "grpc.health.v1.Health/Check",
                HealthCheckRequest.getDefaultInstance().toByteArray()));

        assertThat(answer.getStatus()).isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
        assertThat(member.failure(
                        "grpc.health.v1.Health/Check",
                        HealthCheckRequest.newBuilder()
                                .setService("etcdserverpb.KV")
                                .build()
                                .toByteArray()))
                .isEqualTo("NOT_FOUND: unknown service");
    }

    @Test
    void refusesCallsThatAskForALeaderWhenThereIsNone() {
        member.answer("Kv.put", new PutResponse(HEADER, null));
        member.hasLeader = false;
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");

        assertThat(member.failure(PUT, put(1), headers)).isEqualTo("UNAVAILABLE: etcdserver: no leader");
        assertThat(member.failure(PUT, put(1))).isEqualTo("OK");
    }

    @Test
    void refusesAClientVersionThatIsNoText() {
        CallLimits limits = new CallLimits(member.services(), MESSAGE_BYTES_MAX);

        assertThat(limits.refusal(PUT, version(new byte[] {'3', (byte) 0xFF})))
                .extracting(Status::getCode, Status::getDescription)
                .containsExactly(Status.Code.INVALID_ARGUMENT, "etcdserver: invalid client api version");
        assertThat(limits.refusal(PUT, version("3.7é".getBytes(StandardCharsets.UTF_8))))
                .isNull();
        assertThat(limits.refusal(PUT, new Metadata())).isNull();
    }

    private static Metadata version(byte[] value) {
        return InternalMetadata.newMetadata("client-api-version".getBytes(StandardCharsets.US_ASCII), value);
    }

    @Test
    void sendsTheOtherAnswersWhenOneCannotBeEncoded() {
        member.answer("Kv.put", "not an answer to a put");
        assertThat(member.failure(PUT, put(1))).startsWith("UNKNOWN");

        member.when("Kv.put", arguments -> CompletableFuture.supplyAsync(() -> "no"));
        assertThat(member.failure(PUT, put(1))).startsWith("UNKNOWN");

        member.answer("Kv.put", new PutResponse(HEADER, null));
        assertThat(member.failure(PUT, put(1))).isEqualTo("OK");
    }

    @Test
    void cancelsALockWhoseClientIsGone() throws Exception {
        CompletableFuture<Object> waiting = new CompletableFuture<>();
        CompletableFuture<Void> reached = new CompletableFuture<>();
        member.when("Locks.lock", arguments -> {
            reached.complete(null);
            return waiting;
        });
        var call = member.channel()
                .newCall(
                        FakeMember.method("v3lockpb.Lock/Lock", io.grpc.MethodDescriptor.MethodType.UNARY),
                        io.grpc.CallOptions.DEFAULT);
        var answer = io.grpc.stub.ClientCalls.futureUnaryCall(call, new byte[0]);
        reached.join();

        answer.cancel(true);

        assertThatThrownBy(waiting::join).isInstanceOf(java.util.concurrent.CancellationException.class);
    }

    @Test
    void namesTheAddressThatCannotBeHad() {
        int port = member.address().getPort();
        ListenerSettings settings =
                new ListenerSettings(List.of("http://127.0.0.1:" + port), 4096, 100, 1_000_000, 1L << 50, 1L << 40, 1);

        assertThatThrownBy(() -> GrpcListeners.start(member.services(), settings, Metrics.NONE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + port);
    }
}
