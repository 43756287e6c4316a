/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.PeerObserver;
import dev.quorate.raft.spi.PeerSettings;
import dev.quorate.raft.spi.PeerTransport;
import dev.quorate.raft.spi.PeerTransportProvider.Peers;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import dev.quorate.wire.peer.Frame;
import dev.quorate.wire.peer.SnapshotEnd;
import dev.quorate.wire.peer.SnapshotPiece;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the peer port answers to a member that is written here by hand. */
class PeerPortTest {
    private static final long LOCAL = 0xa1;
    private static final long REMOTE = 0xb2;
    private static final long REMOVED = 0xdead;

    private final String url = "http://127.0.0.1:0";
    private final Taker taker = new Taker();
    private final Peers peers = new GrpcPeerTransportProvider()
            .open(
                    new PeerSettings(
                            LOCAL, 0xc3, List.of(url), List.of(), "3.7.1", "3.0.0", null, TimeUnit.SECONDS.toNanos(1)),
                    PeerObserver.NONE);
    private @Nullable ManagedChannel channel;

    /** Keeps what comes. */
    private static final class Taker implements PeerTransport.Receiver {
        private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> states = new LinkedBlockingQueue<>();

        @Override
        public void receive(Message message) {
            messages.add(message);
        }

        @Override
        public void receiveSnapshot(Message message, InputStream state) throws IOException {
            try {
                states.add(Bytes.wrap(state.readAllBytes()).toUtf8());
            } catch (IOException e) {
                states.add(String.valueOf(e.getMessage()));
                throw e;
            }
        }

        @Override
        public void unreachable(long memberId) {}

        @Override
        public void snapshotSent(long memberId, boolean arrived) {}

        @Override
        public void removed() {}
    }

    /** One call, and what is answered to it. */
    private static final class Played extends ClientCall.Listener<Chunks> {
        private final BlockingQueue<Chunks> answers = new LinkedBlockingQueue<>();
        private final BlockingQueue<Status> ends = new LinkedBlockingQueue<>();
        private final ClientCall<Chunks, Chunks> call;

        Played(ClientCall<Chunks, Chunks> call, Metadata introduction) {
            this.call = call;
            call.start(this, introduction);
            call.request(1_000);
        }

        @Override
        public void onMessage(Chunks message) {
            answers.add(message);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            ends.add(status);
        }

        void send(com.google.protobuf.Message message) {
            call.sendMessage(new Chunks(List.of(Bytes.wrap(message.toByteArray()))));
        }

        Status end() throws InterruptedException {
            Status end = ends.poll(30, TimeUnit.SECONDS);
            assertThat(end).isNotNull();
            return end;
        }

        Frame answer() throws InterruptedException, IOException {
            Chunks answer = answers.poll(30, TimeUnit.SECONDS);
            assertThat(answer).isNotNull();
            return Frame.parseFrom(answer.bytes().toArray());
        }
    }

    @BeforeEach
    void start() throws IOException {
        peers.transport().removePeer(REMOVED);
        peers.transport().start(taker);
        int port = ((GrpcPeerTransport) peers.transport()).ports().get(0);
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    }

    @AfterEach
    void stop() {
        if (channel != null) {
            channel.shutdownNow();
        }
        peers.transport().close();
    }

    private static Metadata introduction(long from, long to, long cluster, String version, String minVersion) {
        Metadata said = new Metadata();
        said.put(Identity.FROM, Long.toHexString(from));
        said.put(Identity.TO, Long.toHexString(to));
        said.put(Identity.CLUSTER, Long.toHexString(cluster));
        said.put(Identity.VERSION, version);
        said.put(Identity.MIN_CLUSTER_VERSION, minVersion);
        return said;
    }

    private static Metadata introduction(long from) {
        return introduction(from, LOCAL, 0xc3, "3.7.1", "3.0.0");
    }

    private Played play(MethodDescriptor<Chunks, Chunks> method, Metadata introduction) {
        ManagedChannel open = Objects.requireNonNull(channel);
        return new Played(open.newCall(method, CallOptions.DEFAULT), introduction);
    }

    private Status refusal(Metadata introduction) throws InterruptedException {
        return play(Methods.MESSAGES, introduction).end();
    }

    private static boolean isFor(Frame frame, long commit) {
        return frame.getMessagesList().stream().anyMatch(message -> message.getCommit() == commit);
    }

    @Test
    void refusesInTheWordsOfEtcd() throws InterruptedException {
        assertThat(refusal(introduction(REMOTE, LOCAL, 0xc4, "3.7.1", "3.0.0")))
                .matches(Refusal.OTHER_CLUSTER::is)
                .extracting(Status::getDescription)
                .isEqualTo("cluster ID mismatch");
        assertThat(refusal(introduction(REMOTE, LOCAL, 0xc3, "2.3.0", "2.1.0")))
                .matches(Refusal.INCOMPATIBLE::is)
                .extracting(Status::getDescription)
                .isEqualTo("incompatible version");
        assertThat(refusal(introduction(REMOTE, LOCAL, 0xc3, "3.9.0", "3.8.0"))).matches(Refusal.INCOMPATIBLE::is);
        assertThat(refusal(introduction(REMOTE, LOCAL + 1, 0xc3, "3.7.1", "3.0.0")))
                .matches(Refusal.OTHER_MEMBER::is);
        assertThat(refusal(introduction(REMOVED)))
                .matches(Refusal.REMOVED::is)
                .extracting(Status::getDescription)
                .isEqualTo("the member has been permanently removed from the cluster");
        assertThat(refusal(new Metadata()).isOk()).isFalse();
        assertThat(play(Methods.SNAPSHOT, introduction(REMOVED)).end()).matches(Refusal.REMOVED::is);
        assertThat(taker.messages).isEmpty();
    }

    /** A member that was away does not know those who came meanwhile, and one of them may lead. */
    @Test
    void answersSomebodyWhoIsNoMemberYetByTheStreamThatItHasOpened() throws InterruptedException, IOException {
        Played stranger = play(Methods.MESSAGES, introduction(REMOTE));
        stranger.send(Frame.newBuilder()
                .addMessages(dev.quorate.wire.raftpb.Message.newBuilder()
                        .setType(dev.quorate.wire.raftpb.MessageType.MsgHeartbeat)
                        .setFrom(REMOTE)
                        .setTo(LOCAL)
                        .setCommit(5))
                .setPing(77)
                .build());
        assertThat(taker.messages.poll(30, TimeUnit.SECONDS)).matches(message -> message.commit() == 5);
        assertThat(peers.transport().connectedNanos(REMOTE)).isEqualTo(-1);
        Message answer = Message.of(MessageType.HEARTBEAT_RESPONSE)
                .from(LOCAL)
                .to(REMOTE)
                .commit(6)
                .build();
        peers.transport().send(List.of(answer));

        boolean pong = false;
        boolean answered = false;
        while (!pong || !answered) {
            Frame frame = stranger.answer();
            pong |= frame.getPong() == 77;
            answered |= isFor(frame, 6);
        }
        peers.transport().addPeer(REMOTE, List.of("http://127.0.0.1:1"));
        assertThat(peers.transport().connectedNanos(REMOTE)).as("a member now").isNotNegative();
        peers.transport().removePeer(REMOTE);
        assertThat(stranger.end()).matches(Refusal.REMOVED::is);
    }

    @Test
    void endsAStreamWithFramesThatAreNone() throws InterruptedException {
        Played wrong = play(Methods.MESSAGES, introduction(REMOTE));
        wrong.call.sendMessage(new Chunks(List.of(Bytes.utf8("nonsense"))));

        assertThat(wrong.end().getDescription()).contains("malformed frame");
        assertThat(taker.messages).isEmpty();
    }

    private SnapshotPiece head(long from) {
        SnapshotMark mark = new SnapshotMark(9, 1, ConfState.of(List.of(LOCAL, REMOTE), List.of()));
        var writer = new dev.quorate.api.bytes.ProtoWriter();
        dev.quorate.raft.spi.MessageBytes.write(
                writer,
                Message.of(MessageType.SNAPSHOT)
                        .from(from)
                        .to(LOCAL)
                        .snapshot(new Snapshot(mark, Bytes.EMPTY))
                        .build());
        try {
            return SnapshotPiece.newBuilder()
                    .setMessage(dev.quorate.wire.raftpb.Message.parseFrom(writer.toArray()))
                    .build();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static SnapshotPiece data(String text) {
        return SnapshotPiece.newBuilder()
                .setData(com.google.protobuf.ByteString.copyFromUtf8(text))
                .build();
    }

    private static SnapshotPiece end(int length, int crc) {
        return SnapshotPiece.newBuilder()
                .setEnd(SnapshotEnd.newBuilder().setLength(length).setCrc(crc))
                .build();
    }

    @Test
    void takesSnapshotsThatAreWhole() throws InterruptedException {
        Played whole = play(Methods.SNAPSHOT, introduction(REMOTE));
        whole.send(head(REMOTE));
        whole.send(data("1234"));
        whole.send(data("56789"));
        whole.send(end(9, 0xe306_9283)); // the check value of CRC-32C
        whole.call.halfClose();

        assertThat(whole.end().isOk()).isTrue();
        assertThat(taker.states.poll(30, TimeUnit.SECONDS)).isEqualTo("123456789");
    }

    @Test
    void refusesSnapshotsThatAreNot() throws InterruptedException {
        Played changed = play(Methods.SNAPSHOT, introduction(REMOTE));
        changed.send(head(REMOTE));
        changed.send(data("123456788"));
        changed.send(end(9, 0xe306_9283));
        changed.call.halfClose();
        assertThat(changed.end().getDescription())
                .contains("failed to save KV snapshot")
                .contains("checksum");
        assertThat(taker.states.poll(30, TimeUnit.SECONDS)).contains("checksum mismatch");

        Played inAnothersName = play(Methods.SNAPSHOT, introduction(REMOTE));
        inAnothersName.send(head(REMOTE + 1));
        assertThat(inAnothersName.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);

        Played empty = play(Methods.SNAPSHOT, introduction(REMOTE));
        empty.call.halfClose();
        assertThat(empty.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(taker.states).isEmpty();
    }
}
