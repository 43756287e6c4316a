/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.inbound.SnapshotStream;
import dev.quorate.api.snapshot.SnapshotException;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way of a snapshot to a client, over real sockets. */
class SnapshotCallTest {
    private static final MethodDescriptor<byte[], byte[]> SNAPSHOT =
            FakeMember.method("etcdserverpb.Maintenance/Snapshot", MethodDescriptor.MethodType.SERVER_STREAMING);

    private FakeMember member;

    @BeforeEach
    void start() throws IOException {
        member = new FakeMember();
    }

    @AfterEach
    void stop() {
        member.close();
    }

    /** Makes pieces of 32 KiB, and notes how many, and when it is closed. */
    private static final class Pieces implements SnapshotStream {
        private final long count;
        private final AtomicLong made = new AtomicLong();
        private final CompletableFuture<Void> closed = new CompletableFuture<>();

        Pieces(long count) {
            this.count = count;
        }

        @Override
        public dev.quorate.api.model.@Nullable SnapshotResponse next() {
            long number = made.getAndIncrement();
            return number == count
                    ? null
                    : new dev.quorate.api.model.SnapshotResponse(
                            count - number - 1, Bytes.wrap(new byte[32 << 10]), "3.7.0");
        }

        @Override
        public void close() {
            closed.complete(null);
        }
    }

    private List<dev.quorate.wire.etcdserverpb.SnapshotResponse> take() {
        List<dev.quorate.wire.etcdserverpb.SnapshotResponse> taken = new ArrayList<>();
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS);
        ClientCalls.blockingServerStreamingCall(member.channel(), SNAPSHOT, options, new byte[0])
                .forEachRemaining(piece -> {
                    try {
                        taken.add(dev.quorate.wire.etcdserverpb.SnapshotResponse.parseFrom(piece));
                    } catch (InvalidProtocolBufferException e) {
                        throw new IllegalStateException(e);
                    }
                });
        return taken;
    }

    @Test
    void sendsEveryPiece() {
        Pieces pieces = new Pieces(200);
        member.answer("Maintenance.snapshot", pieces);

        List<dev.quorate.wire.etcdserverpb.SnapshotResponse> taken = take();

        assertThat(taken).hasSize(200);
        for (int i = 0; i < taken.size(); i++) {
            assertThat(taken.get(i).getRemainingBytes()).isEqualTo(199 - i);
            assertThat(taken.get(i).getBlob().size()).isEqualTo(32 << 10);
            assertThat(taken.get(i).getVersion()).isEqualTo("3.7.0");
            assertThat(taken.get(i).hasHeader()).isFalse();
        }
        pieces.closed.join();
    }

    /** While one client takes three pieces and stops, another one takes a thousand through the same threads. */
    @Test
    void makesNoMoreThanTheClientTakes() throws InterruptedException {
        Pieces slow = new Pieces(Long.MAX_VALUE);
        member.answer("Maintenance.snapshot", slow);
        ClientCall<byte[], byte[]> call = member.channel().newCall(SNAPSHOT, CallOptions.DEFAULT);
        BlockingQueue<byte[]> arrived = new LinkedBlockingQueue<>();
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(byte[] piece) {
                        arrived.add(piece);
                    }
                },
                new Metadata());
        call.request(3);
        call.sendMessage(new byte[0]);
        call.halfClose();
        for (int i = 0; i < 3; i++) {
            assertThat(arrived.poll(60, TimeUnit.SECONDS)).isNotNull();
        }
        Pieces quick = new Pieces(1000);
        member.answer("Maintenance.snapshot", quick);
        assertThat(take()).hasSize(1000);
        quick.closed.join();

        assertThat(slow.made.get()).isLessThan(20);
        assertThat(slow.closed).isNotDone();
        call.cancel("enough", null);
        slow.closed.join();
        assertThat(slow.made.get()).isLessThan(20);
    }

    @Test
    void closesWhatIsOpenedForAClientThatHasGone() throws InterruptedException {
        CompletableFuture<SnapshotStream> opening = new CompletableFuture<>();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        member.when("Maintenance.snapshot", arguments -> {
            asked.complete(null);
            return opening;
        });
        ClientCall<byte[], byte[]> call = member.channel().newCall(SNAPSHOT, CallOptions.DEFAULT);
        call.start(new ClientCall.Listener<>() {}, new Metadata());
        call.sendMessage(new byte[0]);
        call.halfClose();
        asked.join();
        call.cancel("gone", null);
        member.answer("Maintenance.snapshot", new Pieces(1));
        assertThat(take()).hasSize(1); // behind the cancellation, on the same connection

        Pieces late = new Pieces(Long.MAX_VALUE);
        opening.complete(late);

        late.closed.join();
        assertThat(late.made.get()).isZero();
    }

    @Test
    void endsWithTheErrorOfAPiece() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        member.answer("Maintenance.snapshot", new SnapshotStream() {
            @Override
            public dev.quorate.api.model.@Nullable SnapshotResponse next() {
                throw new SnapshotException("the disk is gone", null);
            }

            @Override
            public void close() {
                closed.complete(null);
            }
        });

        assertThatThrownBy(this::take)
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessage("UNKNOWN: the disk is gone");
        closed.join();
    }

    @Test
    void saysThatThereIsNoFormat() {
        member.when(
                "Maintenance.snapshot",
                arguments -> CompletableFuture.failedFuture(new UnsupportedOperationException("add it")));

        assertThatThrownBy(this::take)
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessage("UNIMPLEMENTED: add it");
    }
}
