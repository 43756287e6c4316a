/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.PeerCallException;
import dev.quorate.raft.spi.PeerCallException.Reason;
import dev.quorate.raft.spi.PeerCallNames;
import dev.quorate.raft.spi.PeerCalls;
import dev.quorate.raft.spi.PeerTransport;
import dev.quorate.raft.spi.PeerTransportProvider.Peers;
import dev.quorate.schema.VersionsRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Other members, of whom a test decides who is connected and what is answered. */
final class FakePeers implements PeerTransport, PeerCalls {
    final Map<Long, List<String>> known = new TreeMap<>(Long::compareUnsigned);
    final List<Long> removed = new ArrayList<>();
    final Map<Long, Long> connectedNanos = new ConcurrentHashMap<>();
    final Map<Long, String> versions = new ConcurrentHashMap<>();
    final List<String> asked = new ArrayList<>();
    private final Map<String, Handler> handlers = new HashMap<>();
    private final Deque<CompletionStage<Bytes>> answers = new ArrayDeque<>();

    Peers both() {
        return new Peers(this, this);
    }

    /** What is answered to the next call that has no answer yet; without one the member is not reached. */
    synchronized FakePeers answer(Bytes answer) {
        answers.add(CompletableFuture.completedFuture(answer));
        return this;
    }

    synchronized FakePeers fail(Reason reason, String text) {
        answers.add(CompletableFuture.failedFuture(new PeerCallException(reason, text)));
        return this;
    }

    /** Asks this member, as another one would. */
    CompletableFuture<Bytes> ask(String name, Bytes request) {
        return Objects.requireNonNull(handlers.get(name), name).answer(request).toCompletableFuture();
    }

    @Override
    public synchronized CompletionStage<Bytes> call(long memberId, String name, Bytes request, long timeoutNanos) {
        if (name.equals(PeerCallNames.VERSION)) {
            return version(memberId);
        }
        asked.add(Long.toHexString(memberId) + " " + name);
        CompletionStage<Bytes> answer = answers.poll();
        return answer != null
                ? answer
                : CompletableFuture.failedFuture(new PeerCallException(Reason.UNREACHABLE, "nobody is there"));
    }

    private CompletionStage<Bytes> version(long memberId) {
        String server = versions.get(memberId);
        return server == null
                ? CompletableFuture.failedFuture(new PeerCallException(Reason.UNREACHABLE, "nobody is there"))
                : CompletableFuture.completedFuture(new VersionsRecord(server, "not_decided", "unknown").encode());
    }

    @Override
    public void handle(String name, Handler handler) {
        handlers.put(name, handler);
    }

    @Override
    public void start(Receiver receiver) {}

    @Override
    public void addPeer(long memberId, List<String> urls) {
        known.put(memberId, urls);
    }

    @Override
    public void removePeer(long memberId) {
        known.remove(memberId);
        removed.add(memberId);
    }

    @Override
    public void send(List<Message> messages) {}

    @Override
    public void sendSnapshot(Message message, SnapshotState state) {
        state.close();
    }

    @Override
    public long connectedNanos(long memberId) {
        return connectedNanos.getOrDefault(memberId, -1L);
    }

    @Override
    public void close() {}
}
