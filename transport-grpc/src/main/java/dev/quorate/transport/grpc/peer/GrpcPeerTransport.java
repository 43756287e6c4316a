/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.PeerCallException;
import dev.quorate.raft.spi.PeerCalls;
import dev.quorate.raft.spi.PeerObserver;
import dev.quorate.raft.spi.PeerSettings;
import dev.quorate.raft.spi.PeerTransport;
import dev.quorate.raft.spi.PeerTransportProvider.Answer;
import dev.quorate.raft.spi.PeerUrl;
import io.grpc.Server;
import io.grpc.Status;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Both sides of the connections to other members, by streams of gRPC. */
final class GrpcPeerTransport implements PeerTransport, PeerCalls {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcPeerTransport.class);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long STOP_SECONDS_MAX = 5;

    /** Who dials without being a member; more are refused. */
    private static final int STRANGERS_MAX = 64;

    private static final Status STOPPED = Status.UNAVAILABLE.withDescription("stopped");

    private final PeerSettings settings;
    private final PeerObserver observer;
    private final Identity identity;
    private final List<PeerUrl> listenUrls;
    private final Gate gate;
    private final Workers workers = new Workers();
    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
    private final Map<Long, Peer> peers = new ConcurrentHashMap<>();
    private final Map<Long, List<PeerUrl>> early = new ConcurrentHashMap<>();
    private final Set<SnapshotSend> sending = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final AtomicBoolean removalTold = new AtomicBoolean();
    private final List<Server> servers = new CopyOnWriteArrayList<>();
    private volatile @Nullable EntryBlock lastBlock;
    private volatile @Nullable PeerParts parts;
    private volatile @Nullable PeerService service;
    private long tickedNanos; // on the event loop
    private boolean closed;

    GrpcPeerTransport(PeerSettings settings, PeerObserver observer) {
        this.settings = settings;
        this.observer = observer;
        this.identity = new Identity(settings);
        this.listenUrls = settings.listenUrls().stream().map(PeerUrl::of).toList();
        this.gate = new Gate(settings.memberId());
        for (PeerUrl url : listenUrls) {
            if (url.tls() && settings.tls() == null) {
                throw new IllegalArgumentException(url + " cannot be listened on without a certificate");
            }
        }
    }

    // ---------------------------------------------------------------- life

    @Override
    public synchronized void start(Receiver receiver) throws IOException {
        if (parts != null || closed) {
            throw new IllegalStateException("the peer transport was started already");
        }
        Loop loop = new Loop();
        Channels channels = new Channels(loop, settings.tls(), settings.dialTimeoutNanos());
        PeerParts all = new PeerParts(loop, channels, identity, gate, observer, settings.dialTimeoutNanos());
        PeerService serving = new PeerService(all, this::meet, handlers, workers);
        gate.open(receiver);
        try {
            for (PeerUrl url : listenUrls) {
                servers.add(PeerPort.listen(url, settings.tls(), loop, serving));
            }
        } catch (IOException | RuntimeException e) {
            servers.forEach(Server::shutdownNow);
            channels.close();
            loop.close();
            throw e;
        }
        service = serving;
        parts = all;
        early.forEach((id, urls) -> add(all, id, urls));
        early.clear();
        loop.execute(() -> {
            tickedNanos = Nanos.now();
            loop.every(TICK_NANOS, this::tick);
        });
    }

    /** Ports that are listened on, in the order of the URLs. */
    List<Integer> ports() {
        return servers.stream().map(Server::getPort).toList();
    }

    @Override
    public void close() {
        PeerParts open;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            open = parts;
        }
        gate.close();
        workers.close();
        if (open == null) {
            return;
        }
        servers.forEach(Server::shutdown); // nobody is let in any more
        open.loop().execute(this::stop);
        sending.forEach(SnapshotSend::cancel);
        if (!open.loop().isHere()) {
            workers.awaitEnd();
        }
        servers.forEach(Server::shutdownNow);
        if (!open.loop().isHere()) {
            awaitServers();
        }
        open.channels().close();
        open.loop().close();
    }

    /** On the event loop. */
    private void stop() {
        peers.values().forEach(peer -> peer.stop(STOPPED));
        peers.clear();
        PeerService serving = service;
        if (serving != null) {
            serving.cancelSnapshots();
        }
    }

    private void awaitServers() {
        try {
            for (Server server : servers) {
                if (!server.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                    LOG.warn("the peer port did not close");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tick() {
        boolean late = Nanos.since(tickedNanos) > Pulse.SILENCE_NANOS_MAX / 2; // this process did not run itself
        tickedNanos = Nanos.now();
        peers.values().removeIf(peer -> !peer.isMember() && !peer.isLinked());
        peers.values().forEach(peer -> peer.tick(late));
    }

    // ---------------------------------------------------------------- members

    @Override
    public synchronized void addPeer(long memberId, List<String> urls) {
        List<PeerUrl> parsed;
        try {
            parsed = PeerUrl.all(urls);
        } catch (IllegalArgumentException e) {
            LOG.atError()
                    .addKeyValue("remote-peer-id", Long.toHexString(memberId))
                    .addKeyValue("error", e.getMessage())
                    .log("cannot add a remote peer");
            return;
        }
        if (closed || memberId == settings.memberId()) {
            return;
        }
        gate.readmit(memberId);
        PeerParts open = parts;
        if (open == null) {
            early.put(memberId, parsed);
        } else {
            add(open, memberId, parsed);
        }
    }

    private void add(PeerParts open, long memberId, List<PeerUrl> urls) {
        Peer[] added = new Peer[1];
        peers.compute(memberId, (id, known) -> {
            Peer peer = known == null ? new Peer(id, open, this::tellRemoved) : known;
            if (!peer.isMember()) {
                peer.enrol();
                LOG.atInfo()
                        .addKeyValue("local-member-id", identity.member())
                        .addKeyValue("remote-peer-id", Long.toHexString(id))
                        .addKeyValue("remote-peer-urls", urls)
                        .log("added remote peer");
            }
            added[0] = peer;
            return peer;
        });
        open.loop().later(() -> added[0].update(urls));
    }

    @Override
    public synchronized void removePeer(long memberId) {
        gate.remove(memberId);
        early.remove(memberId);
        PeerParts open = parts;
        Peer peer = peers.remove(memberId);
        if (open == null || closed || peer == null) {
            return;
        }
        open.loop().later(() -> peer.stop(Refusal.REMOVED.status()));
        sending.stream().filter(one -> one.peer().equals(peer)).forEach(SnapshotSend::cancel);
        LOG.atInfo()
                .addKeyValue("local-member-id", identity.member())
                .addKeyValue("removed-remote-peer-id", Long.toHexString(memberId))
                .log("removed remote peer");
    }

    /** Knows who has dialled, member or not; null if too many who are none have. On the event loop. */
    private @Nullable Peer meet(long id) {
        PeerParts open = parts;
        Peer known = peers.get(id);
        if (known != null || open == null) {
            return known;
        }
        if (peers.values().stream().filter(peer -> !peer.isMember()).count() >= STRANGERS_MAX) {
            return null;
        }
        LOG.atWarn()
                .addKeyValue("local-member-id", identity.member())
                .addKeyValue("remote-peer-id", Long.toHexString(id))
                .log("failed to find remote peer in cluster; it is answered as long as it is connected");
        return peers.computeIfAbsent(id, none -> new Peer(id, open, this::tellRemoved));
    }

    private void tellRemoved() {
        if (!gate.isClosed() && removalTold.compareAndSet(false, true)) {
            gate.receiver().removed();
        }
    }

    @Override
    public long connectedNanos(long memberId) {
        Peer peer = peers.get(memberId);
        return peer == null || !peer.isMember() ? -1 : peer.status().connectedNanos();
    }

    // ---------------------------------------------------------------- messages

    @Override
    public void send(List<Message> messages) {
        PeerParts open = parts;
        if (open == null || gate.isClosed()) {
            return;
        }
        boolean any = false;
        for (int i = 0; i < messages.size(); i++) {
            Message message = messages.get(i);
            Peer peer = peers.get(message.to());
            if (peer != null) {
                peer.offer(new Outgoing(message, block(message.entries())));
                any = true;
            } else {
                LOG.atDebug()
                        .addKeyValue("type", message.type().wireName())
                        .addKeyValue("unknown-target-peer-id", Long.toHexString(message.to()))
                        .log("ignored message send request; unknown remote peer target");
            }
        }
        if (any && draining.compareAndSet(false, true)) {
            open.loop().later(this::drain);
        }
    }

    /** What goes to several followers is encoded once: they mostly get the same entries one after the other. */
    private @Nullable EntryBlock block(List<Entry> entries) {
        if (entries.isEmpty()) {
            return null;
        }
        EntryBlock last = lastBlock;
        if (last == null || !last.holds(entries)) {
            last = new EntryBlock(entries);
            lastBlock = last;
        }
        return last;
    }

    private void drain() {
        draining.set(false);
        peers.values().forEach(Peer::drain);
    }

    @Override
    public void sendSnapshot(Message message, SnapshotState state) {
        PeerParts open = parts;
        Peer peer = peers.get(message.to());
        if (open == null
                || peer == null
                || !peer.isMember()
                || sending.stream().anyMatch(one -> one.peer().equals(peer))) {
            notSent(message, state);
            return;
        }
        SnapshotSend send = new SnapshotSend(message, state, peer, open, this::sent);
        sending.add(send);
        if (!workers.start("quorate-snapshot-send", send)) {
            sending.remove(send);
            notSent(message, state);
        }
    }

    private void notSent(Message message, SnapshotState state) {
        state.close();
        if (parts != null) {
            gate.receiver().snapshotSent(message.to(), false);
        }
    }

    private void sent(SnapshotSend send, long nanos, boolean arrived) {
        sending.remove(send);
        observer.snapshotSent(send.peer().id(), nanos, arrived);
        gate.receiver().snapshotSent(send.peer().id(), arrived);
    }

    // ---------------------------------------------------------------- calls

    @Override
    public CompletionStage<Bytes> call(long memberId, String name, Bytes request, long timeoutNanos) {
        PeerParts open = parts;
        Peer peer = peers.get(memberId);
        if (open == null || peer == null || !peer.isMember() || gate.isClosed()) {
            return CompletableFuture.failedFuture(new PeerCallException(
                    PeerCallException.Reason.UNREACHABLE, "member " + Long.toHexString(memberId) + " is not known"));
        }
        CompletableFuture<Bytes> answer = new CompletableFuture<>();
        open.loop()
                .later(() -> new CallClient(open.loop(), open.channels(), identity)
                        .call(peer.route(), peer.urls(), name, request, timeoutNanos)
                        .thenApply(Answer::body)
                        .whenComplete((body, failure) -> {
                            if (failure == null) {
                                answer.complete(body);
                            } else {
                                answer.completeExceptionally(
                                        failure.getCause() instanceof PeerCallException cause ? cause : failure);
                            }
                        }));
        return answer;
    }

    @Override
    public void handle(String name, Handler handler) {
        if (handlers.putIfAbsent(name, handler) != null) {
            throw new IllegalStateException("calls of " + name + " are answered already");
        }
    }
}
