/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi.memory;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.PeerCallException;
import dev.quorate.raft.spi.PeerCallException.Reason;
import dev.quorate.raft.spi.PeerCalls;
import dev.quorate.raft.spi.PeerSettings;
import dev.quorate.raft.spi.PeerTransport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One member's end of a {@link MemoryNetwork}. */
final class MemoryPeers implements PeerTransport, PeerCalls {
    private static final Set<MessageType> PASSED_ON =
            EnumSet.of(MessageType.PROPOSE, MessageType.READ_INDEX, MessageType.TRANSFER_LEADER);

    /** A call takes this many steps at most: how long that is in real time, the test says. */
    static final int CALL_STEPS_MAX = 1_000;

    private final MemoryNetwork network;
    private final PeerSettings settings;
    private final Map<Long, List<String>> peers = new HashMap<>();
    private final Set<Long> removed = new HashSet<>();
    private final Set<Long> lossTold = new HashSet<>();
    private final Set<Long> met = new HashSet<>();
    private final Map<String, Handler> handlers = new HashMap<>();
    private @Nullable Receiver receiver;
    private boolean closed;

    MemoryPeers(MemoryNetwork network, PeerSettings settings) {
        this.network = network;
        this.settings = settings;
    }

    private long id() {
        return settings.memberId();
    }

    @Override
    public void start(Receiver taker) {
        receiver = taker;
        settings.listenUrls().forEach(address -> network.listen(address, this));
    }

    @Override
    public void addPeer(long memberId, List<String> urls) {
        removed.remove(memberId);
        peers.put(memberId, List.copyOf(urls));
    }

    @Override
    public void removePeer(long memberId) {
        peers.remove(memberId);
        removed.add(memberId);
    }

    /** The other end, if both know one another, are in one cluster, and nothing is cut. */
    private @Nullable MemoryPeers reach(long memberId) {
        List<String> urls = peers.getOrDefault(memberId, List.of());
        for (String url : urls) {
            MemoryPeers there = network.at(url);
            if (there != null
                    && !there.closed
                    && there.id() == memberId
                    && there.settings.clusterId() == settings.clusterId()
                    && !network.isCut(id(), memberId)) {
                return there;
            }
        }
        return null;
    }

    @Override
    public void send(List<Message> messages) {
        if (receiver != null && !closed) {
            messages.forEach(this::send);
        }
    }

    private void send(Message message) {
        long to = message.to();
        if (!peers.containsKey(to)) {
            return;
        }
        MemoryPeers there = reach(to);
        if (there == null || !network.carry(id(), to, () -> arrive(message))) {
            tellLoss(to);
        } else {
            lossTold.remove(to);
            met.add(to);
        }
    }

    private void arrive(Message message) {
        MemoryPeers there = reach(message.to());
        if (there == null) {
            tellLoss(message.to());
        } else if (there.removed.contains(id())) {
            tellRemoved();
        } else {
            there.take(id(), message);
        }
    }

    private void take(long from, Message message) {
        boolean foreign = message.from() != from && !PASSED_ON.contains(message.type());
        if (receiver != null && !closed && !foreign && !removed.contains(message.from())) {
            receiver.receive(message);
        }
    }

    private void tellLoss(long memberId) {
        if (receiver != null && !closed) {
            if (lossTold.add(memberId)) {
                receiver.unreachable(memberId);
            }
            boolean nobody = peers.getOrDefault(memberId, List.of()).stream().allMatch(url -> network.at(url) == null);
            if (nobody && met.remove(memberId)) {
                receiver.refused(memberId);
            }
        }
    }

    private void tellRemoved() {
        if (receiver != null && !closed) {
            receiver.removed();
        }
    }

    // ---------------------------------------------------------------- snapshots

    @Override
    public void sendSnapshot(Message message, SnapshotState state) {
        byte[] content = new byte[0];
        boolean whole = false;
        try (InputStream in = state.open()) {
            content = in.readAllBytes();
            whole = content.length == state.length();
        } catch (IOException e) {
            whole = false;
        } finally {
            state.close();
        }
        byte[] arriving = content;
        boolean good = whole;
        if (reach(message.to()) == null
                || !network.carry(id(), message.to(), () -> arriveSnapshot(message, arriving, good))) {
            network.later(1, () -> tellSent(message.to(), false));
        }
    }

    private void arriveSnapshot(Message message, byte[] content, boolean whole) {
        MemoryPeers there = reach(message.to());
        boolean arrived = false;
        if (there != null && there.removed.contains(id())) {
            tellRemoved();
        } else if (there != null && there.receiver != null) {
            InputStream in = new ByteArrayInputStream(content);
            try {
                there.receiver.receiveSnapshot(message, whole ? in : new SequenceInputStream(in, new Broken()));
                arrived = whole;
            } catch (IOException e) {
                arrived = false;
            }
        }
        tellSent(message.to(), arrived);
    }

    private void tellSent(long memberId, boolean arrived) {
        if (receiver != null && !closed) {
            receiver.snapshotSent(memberId, arrived);
        }
    }

    private static final class Broken extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("the connection broke");
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            throw new IOException("the connection broke");
        }
    }

    // ---------------------------------------------------------------- calls

    @Override
    public CompletionStage<Bytes> call(long memberId, String name, Bytes request, long timeoutNanos) {
        CompletableFuture<Bytes> answer = new CompletableFuture<>();
        if (reach(memberId) == null) {
            fail(answer, Reason.UNREACHABLE, "the member cannot be reached");
            return answer;
        }
        network.carry(id(), memberId, () -> ask(memberId, name, request, answer));
        network.later(CALL_STEPS_MAX, () -> fail(answer, Reason.UNKNOWN_OUTCOME, "no answer in time"));
        return answer;
    }

    private void ask(long memberId, String name, Bytes request, CompletableFuture<Bytes> answer) {
        MemoryPeers there = reach(memberId);
        Handler handler = there == null ? null : there.handlers.get(name);
        if (there == null) {
            fail(answer, Reason.UNKNOWN_OUTCOME, "the connection broke");
        } else if (handler == null) {
            fail(answer, Reason.NOT_HANDLED, "nobody answers to " + name);
        } else {
            handler.answer(request)
                    .whenComplete((body, failure) -> network.carry(memberId, id(), () -> back(answer, body, failure)));
        }
    }

    private static void back(CompletableFuture<Bytes> answer, @Nullable Bytes body, @Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (body != null) {
            answer.complete(body);
        } else if (cause instanceof PeerCallException known) {
            answer.completeExceptionally(known);
        } else {
            fail(answer, Reason.REFUSED, String.valueOf(cause));
        }
    }

    private static void fail(CompletableFuture<Bytes> answer, Reason reason, String text) {
        answer.completeExceptionally(new PeerCallException(reason, text));
    }

    @Override
    public void handle(String name, Handler handler) {
        if (handlers.putIfAbsent(name, handler) != null) {
            throw new IllegalStateException("calls of " + name + " are answered already");
        }
    }

    // ---------------------------------------------------------------- state

    @Override
    public long connectedNanos(long memberId) {
        MemoryPeers there = reach(memberId);
        boolean both = there != null && !there.removed.contains(id()) && !network.isCut(memberId, id());
        return both && receiver != null && !closed ? network.now() : -1;
    }

    @Override
    public void close() {
        closed = true;
        settings.listenUrls().forEach(address -> network.leave(address, this));
    }
}
