/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.quorate.dist.RealEtcd;
import dev.quorate.dist.ServerProcess;
import dev.quorate.wire.etcdserverpb.DefragmentRequest;
import dev.quorate.wire.etcdserverpb.PutRequest;
import dev.quorate.wire.etcdserverpb.RangeRequest;
import dev.quorate.wire.etcdserverpb.RangeResponse;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A disk that takes no more: the system lets the process write files up to a size only. A failed write ends the member
 * with an exit code that is not 0, and what it had acknowledged is there when the disk is well again.
 */
class DiskFailureIT {
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    Path work;

    @ParameterizedTest
    @ValueSource(strings = {"rocksdb", "h2"})
    void endsWhenTheLogCannotBeWritten(String storage) throws IOException, InterruptedException {
        List<String> flags = List.of("--storage=" + storage);
        try (ServerProcess server = ServerProcess.start(RealEtcd.ours(), work, flags)) {
            ManagedChannel channel = channel(server);
            for (int i = 0; i < 40; i++) { // each takes 4 KiB of the log at least
                put(channel, i, 10);
            }
            limitFiles(server, 64 << 10);
            assertThatThrownBy(() -> put(channel, 40, 10)).isInstanceOf(StatusRuntimeException.class);
            assertThat(server.awaitEnd()).isNotZero();
            channel.shutdownNow();
        }
        assertThat(Files.readString(work.resolve("log")))
                .contains("the member has failed and stops")
                .contains("cannot write the log in " + work.resolve("data"));
        holds(flags, 40);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rocksdb", "h2"})
    void endsWhenTheStoreCannotBeWritten(String storage) throws IOException, InterruptedException {
        List<String> flags = List.of("--storage=" + storage);
        int last = 70;
        try (ServerProcess server = ServerProcess.start(RealEtcd.ours(), work, flags)) {
            ManagedChannel channel = channel(server);
            for (int i = 0; i < last; i++) { // so that the log has just begun another file
                put(channel, i, MEGABYTE);
            }
            limitFiles(server, 20 * MEGABYTE);
            assertThatThrownBy(() -> Rpc.call(channel, DefragmentRequest.getDefaultInstance()))
                    .isInstanceOf(StatusRuntimeException.class);
            assertThatThrownBy(() -> {
                        for (int i = last; i < last + 10; i++) {
                            put(channel, i, 10);
                        }
                    })
                    .isInstanceOf(StatusRuntimeException.class);
            assertThat(server.awaitEnd()).isNotZero();
            channel.shutdownNow();
        }
        assertThat(Files.readString(work.resolve("log")))
                .contains("the member has failed and stops")
                .contains("store")
                .doesNotContain("cannot write the log");
        holds(flags, last);
    }

    private static ManagedChannel channel(ServerProcess server) {
        return NettyChannelBuilder.forTarget(server.endpoint()).usePlaintext().build();
    }

    private static void put(ManagedChannel channel, int number, int bytes) {
        Rpc.call(
                channel,
                PutRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8("k" + number))
                        .setValue(ByteString.copyFrom(new byte[bytes]))
                        .build());
    }

    private static void limitFiles(ServerProcess server, int bytes) throws IOException, InterruptedException {
        Process limit = new ProcessBuilder("prlimit", "--pid=" + server.handle().pid(), "--fsize=" + bytes)
                .inheritIO()
                .start();
        assertThat(limit.waitFor()).isZero();
    }

    private void holds(List<String> flags, int count) throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start(RealEtcd.ours(), work, flags)) {
            ManagedChannel channel = channel(server);
            for (int i = 0; i < count; i++) {
                RangeResponse found = (RangeResponse) Rpc.call(
                        channel,
                        RangeRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8("k" + i))
                                .setKeysOnly(true)
                                .build());
                assertThat(found.getCount()).as("k%d", i).isEqualTo(1);
            }
            channel.shutdownNow();
        }
    }
}
