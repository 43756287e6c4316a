/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.quorate.dist.ServerProcess;
import dev.quorate.dist.crash.Rpc;
import dev.quorate.server.embed.EmbeddedMember;
import dev.quorate.wire.etcdserverpb.PutRequest;
import dev.quorate.wire.etcdserverpb.RangeRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who waits for a member that stops hears why, and in words by which clients try the next one. */
class StopTest {
    private static final int MILLIS_MAX = 60_000;
    private static final ByteString KEY = ByteString.copyFromUtf8("key");

    @TempDir
    Path work;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tellsThoseWhoWait(boolean reading) throws IOException {
        String cluster =
                "a=http://127.0.0.1:" + ServerProcess.freePort() + ",b=http://127.0.0.1:" + ServerProcess.freePort();
        EmbeddedMember staying = launch("a", cluster);
        EmbeddedMember gone = launch("b", cluster);
        staying.ready().join();
        gone.ready().join();
        URI url = URI.create(staying.clientUrls().get(0));
        ManagedChannel channel = NettyChannelBuilder.forAddress(url.getHost(), url.getPort())
                .usePlaintext()
                .build();
        try {
            gone.close(); // from now on nothing is decided any more
            Message request = reading
                    ? RangeRequest.newBuilder().setKey(KEY).build()
                    : PutRequest.newBuilder().setKey(KEY).build();
            CompletableFuture<Status> heard = CompletableFuture.supplyAsync(() -> statusOf(channel, request));
            Rpc.call(
                    channel,
                    RangeRequest.newBuilder().setKey(KEY).setSerializable(true).build(),
                    MILLIS_MAX);

            staying.close();

            assertThat(heard.join().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        } finally {
            channel.shutdownNow();
            staying.close();
        }
    }

    private EmbeddedMember launch(String name, String cluster) {
        return EmbeddedMember.on(work.resolve(name))
                .name(name)
                .initialCluster(cluster)
                .listen("http://127.0.0.1:0")
                .launch();
    }

    private static Status statusOf(ManagedChannel channel, Message request) {
        try {
            Rpc.call(channel, request, MILLIS_MAX);
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }
}
