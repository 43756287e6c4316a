/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.quorate.dist.RealEtcd;
import dev.quorate.dist.ServerProcess;
import dev.quorate.wire.etcdserverpb.HashKVRequest;
import dev.quorate.wire.etcdserverpb.HashKVResponse;
import dev.quorate.wire.etcdserverpb.PutRequest;
import dev.quorate.wire.etcdserverpb.PutResponse;
import dev.quorate.wire.etcdserverpb.RangeRequest;
import dev.quorate.wire.etcdserverpb.RangeResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills the server at random moments under sixteen clients, starts it again, and looks for every write that it had
 * acknowledged. More by hand: {@code dev/crash --storage h2 --rounds 200}.
 */
class KillIT {
    private static final int CLIENTS = 16;
    private static final int KEYS = 200;

    @TempDir
    Path work;

    static List<String> storages() {
        return List.of(System.getProperty("quorate.crash.storage", "rocksdb,h2").split(","));
    }

    /**
     * What a client was told of a write.
     *
     * @param key the key
     * @param value its value
     */
    private record Written(String key, String value) {}

    @ParameterizedTest
    @MethodSource("storages")
    void losesNoAcknowledgedWrite(String storage) throws IOException, InterruptedException {
        long seed = Long.getLong("quorate.crash.seed", 1);
        int rounds = Integer.getInteger("quorate.crash.rounds", 10);
        Random random = new Random(seed);
        Map<Long, Written> acknowledged = new ConcurrentHashMap<>();
        Set<Long> checked = new HashSet<>();
        List<String> flags = List.of("--storage=" + storage);
        for (int round = 0; round < rounds; round++) {
            String where = "dev/crash --storage " + storage + " --seed " + seed + ", round " + round;
            ServerProcess server = ServerProcess.start(RealEtcd.ours(), work, flags);
            List<Thread> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                String name = "r" + round + "c" + client;
                Random own = new Random(random.nextLong());
                Thread thread = new Thread(() -> write(server, name, own, acknowledged, where));
                clients.add(thread);
                thread.start();
            }
            TimeUnit.MILLISECONDS.sleep(100 + random.nextInt(900)); // the moment of the kill
            server.kill();
            for (Thread client : clients) {
                client.join();
            }
            Map<Long, Written> ofThisRound = new TreeMap<>(acknowledged);
            ofThisRound.keySet().removeAll(checked);
            check(storage, flags, ofThisRound, where);
            checked.addAll(ofThisRound.keySet());
        }
        assertThat(acknowledged.size()).as("acknowledged writes").isGreaterThan(rounds * 10);
        hashAndCheck(flags, acknowledged, "after the last round of seed " + seed);
    }

    private static void write(
            ServerProcess server, String name, Random random, Map<Long, Written> acknowledged, String where) {
        ManagedChannel channel =
                NettyChannelBuilder.forTarget(server.endpoint()).usePlaintext().build();
        try {
            for (int i = 0; ; i++) {
                Written written = new Written("k" + random.nextInt(KEYS), name + "i" + i);
                PutResponse answer = call(
                        channel,
                        "etcdserverpb.KV/Put",
                        PutRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8(written.key()))
                                .setValue(ByteString.copyFromUtf8(written.value()))
                                .build(),
                        PutResponse.getDefaultInstance());
                Written before = acknowledged.put(answer.getHeader().getRevision(), written);
                if (before != null) {
                    throw new AssertionError(where + ": revision "
                            + answer.getHeader().getRevision() + " was given to " + before + " and to " + written);
                }
            }
        } catch (StatusRuntimeException e) {
            return; // the server is gone
        } finally {
            channel.shutdownNow();
        }
    }

    /** Every write is there at its revision; killed and started once more, all hashes are the same. */
    private void check(String storage, List<String> flags, Map<Long, Written> acknowledged, String where)
            throws IOException, InterruptedException {
        HashKVResponse first = hashAndCheck(flags, acknowledged, where);
        HashKVResponse second = hashAndCheck(flags, Map.of(), where);
        assertThat(second.getHash())
                .as("%s: hash after a second start on %s", where, storage)
                .isEqualTo(first.getHash());
        assertThat(second.getHashRevision()).as(where).isEqualTo(first.getHashRevision());
    }

    private HashKVResponse hashAndCheck(List<String> flags, Map<Long, Written> expected, String where)
            throws IOException, InterruptedException {
        ServerProcess server = ServerProcess.start(RealEtcd.ours(), work, flags);
        ManagedChannel channel =
                NettyChannelBuilder.forTarget(server.endpoint()).usePlaintext().build();
        try {
            for (Map.Entry<Long, Written> entry : expected.entrySet()) {
                RangeResponse answer = call(
                        channel,
                        "etcdserverpb.KV/Range",
                        RangeRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8(entry.getValue().key()))
                                .setRevision(entry.getKey())
                                .build(),
                        RangeResponse.getDefaultInstance());
                assertThat(answer.getKvsList())
                        .as("%s: revision %d", where, entry.getKey())
                        .hasSize(1);
                assertThat(answer.getKvs(0).getModRevision()).as(where).isEqualTo(entry.getKey());
                assertThat(answer.getKvs(0).getValue().toStringUtf8())
                        .as("%s: revision %d", where, entry.getKey())
                        .isEqualTo(entry.getValue().value());
            }
            return call(
                    channel,
                    "etcdserverpb.Maintenance/HashKV",
                    HashKVRequest.getDefaultInstance(),
                    HashKVResponse.getDefaultInstance());
        } finally {
            channel.shutdownNow();
            server.kill();
        }
    }

    @SuppressWarnings("unchecked") // the answer is of the kind of its prototype
    private static <A extends Message> A call(ManagedChannel channel, String method, Message request, A answer) {
        MethodDescriptor<Message, Message> descriptor = MethodDescriptor.<Message, Message>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(method)
                .setRequestMarshaller(ProtoUtils.marshaller(request.getDefaultInstanceForType()))
                .setResponseMarshaller(ProtoUtils.marshaller((Message) answer))
                .build();
        return (A) ClientCalls.blockingUnaryCall(
                channel, descriptor, CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS), request);
    }
}
