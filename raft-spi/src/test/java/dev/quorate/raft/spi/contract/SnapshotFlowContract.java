/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.PeerObserver;
import dev.quorate.raft.spi.PeerSettings;
import dev.quorate.raft.spi.PeerTransport;
import dev.quorate.raft.spi.PeerTransportProvider;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link PeerTransport} promises of a snapshot to a member that is slow to take it: bounded memory, no delay. */
public abstract class SnapshotFlowContract {
    private static final long LENGTH = 300L << 20;
    private static final long UNDER_WAY_MAX = 60L << 20; // buffers of two sockets and ours; far from the whole

    private final PeerTransport one;
    private final PeerTransport two;
    private final String oneUrl;
    private final String twoUrl;
    private final Taker sender = new Taker();
    private final Taker receiver = new Taker();

    /**
     * Creates the tests of one transport.
     *
     * @param provider makes it
     * @param oneUrl an address that nobody listens on
     * @param twoUrl another one
     */
    protected SnapshotFlowContract(PeerTransportProvider provider, String oneUrl, String twoUrl) {
        this.oneUrl = oneUrl;
        this.twoUrl = twoUrl;
        one = open(provider, 1, oneUrl);
        two = open(provider, 2, twoUrl);
    }

    private static PeerTransport open(PeerTransportProvider provider, long id, String url) {
        PeerSettings settings = new PeerSettings(
                id, 1, List.of(url), List.of(url), "3.7.1", "3.0.0", null, TimeUnit.SECONDS.toNanos(2));
        return provider.open(settings, PeerObserver.NONE).transport();
    }

    /** Takes messages at once, and the state of a snapshot when it is allowed to. */
    private static final class Taker implements PeerTransport.Receiver {
        private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
        private final BlockingQueue<Boolean> sent = new LinkedBlockingQueue<>();
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch allowed = new CountDownLatch(1);
        private final AtomicLong taken = new AtomicLong();

        @Override
        public void receive(Message message) {
            messages.add(message);
        }

        @Override
        public void receiveSnapshot(Message message, InputStream state) throws IOException {
            begun.countDown();
            try {
                if (!allowed.await(60, TimeUnit.SECONDS)) {
                    throw new IOException("never allowed");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
            byte[] piece = new byte[1 << 16];
            for (int read = state.read(piece); read >= 0; read = state.read(piece)) {
                taken.addAndGet(read);
            }
        }

        @Override
        public void unreachable(long memberId) {}

        @Override
        public void snapshotSent(long memberId, boolean arrived) {
            sent.add(arrived);
        }

        @Override
        public void removed() {}
    }

    /** Zeros, and how many of them were read. */
    private static final class Zeros implements PeerTransport.SnapshotState {
        private final AtomicLong read = new AtomicLong();

        @Override
        public long length() {
            return LENGTH;
        }

        @Override
        public InputStream open() {
            return new InputStream() {
                @Override
                public int read() {
                    return read.get() < LENGTH ? (int) (read.incrementAndGet() & 0) : -1;
                }

                @Override
                public int read(byte[] target, int offset, int length) {
                    int count = (int) Math.min(length, LENGTH - read.get());
                    read.addAndGet(count);
                    return count == 0 && length > 0 ? -1 : count;
                }
            };
        }

        @Override
        public void close() {}
    }

    private static Message heartbeat(long commit) {
        return Message.of(MessageType.HEARTBEAT).from(1).to(2).commit(commit).build();
    }

    private static Message snapshot() {
        SnapshotMark mark = new SnapshotMark(9, 1, ConfState.of(List.of(1L, 2L), List.of()));
        return Message.of(MessageType.SNAPSHOT)
                .from(1)
                .to(2)
                .snapshot(new Snapshot(mark, Bytes.EMPTY))
                .build();
    }

    @BeforeEach
    void start() throws IOException, InterruptedException {
        one.addPeer(2, List.of(twoUrl));
        two.addPeer(1, List.of(oneUrl));
        two.start(receiver);
        one.start(sender);
        Message first = null;
        for (int i = 0; first == null && i < 60; i++) { // what is sent while nobody is connected may be lost
            one.send(List.of(heartbeat(1)));
            first = receiver.messages.poll(500, TimeUnit.MILLISECONDS);
        }
        assertThat(first).isEqualTo(heartbeat(1));
    }

    /** What comes next, but for greetings that were late. */
    private @Nullable Message next() throws InterruptedException {
        Message message = receiver.messages.poll(30, TimeUnit.SECONDS);
        while (heartbeat(1).equals(message)) {
            message = receiver.messages.poll(30, TimeUnit.SECONDS);
        }
        return message;
    }

    @AfterEach
    void stop() {
        receiver.allowed.countDown();
        one.close();
        two.close();
    }

    @Test
    void waitsInTheFileAndNotInMemoryAndHoldsUpNoMessage() throws InterruptedException {
        Zeros state = new Zeros();
        one.sendSnapshot(snapshot(), state);
        assertThat(receiver.begun.await(30, TimeUnit.SECONDS)).isTrue();
        for (int i = 2; i < 500; i++) {
            one.send(List.of(heartbeat(i)));
            assertThat(next()).isEqualTo(heartbeat(i));
        }

        assertThat(state.read.get()).isLessThan(UNDER_WAY_MAX);
        receiver.allowed.countDown();
        assertThat(sender.sent.poll(60, TimeUnit.SECONDS)).isTrue();
        assertThat(receiver.taken.get()).isEqualTo(LENGTH);
    }

    @Test
    void closingBreaksItOffOnBothSides() throws InterruptedException {
        one.sendSnapshot(snapshot(), new Zeros());
        assertThat(receiver.begun.await(30, TimeUnit.SECONDS)).isTrue();
        one.close();

        assertThat(sender.sent.poll(30, TimeUnit.SECONDS)).isFalse();
        receiver.allowed.countDown();
        two.close();
        assertThat(receiver.taken.get()).isLessThan(UNDER_WAY_MAX);
    }
}
