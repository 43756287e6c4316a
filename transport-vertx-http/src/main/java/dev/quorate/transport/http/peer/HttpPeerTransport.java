/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.PeerCallException;
import dev.quorate.raft.spi.PeerCalls;
import dev.quorate.raft.spi.PeerObserver;
import dev.quorate.raft.spi.PeerSettings;
import dev.quorate.raft.spi.PeerTls;
import dev.quorate.raft.spi.PeerTransport;
import dev.quorate.raft.spi.PeerTransportProvider.Answer;
import dev.quorate.raft.spi.PeerUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Both sides of the connections to other members, by etcd's peer protocol.
 *
 * <p>Source: etcd v3.7.1, {@code rafthttp/transport.go}.
 */
final class HttpPeerTransport implements PeerTransport, PeerCalls, Registry {
    private static final Logger LOG = LoggerFactory.getLogger(HttpPeerTransport.class);
    private static final int START_SECONDS_MAX = 10;
    private static final int STOP_SECONDS_MAX = 5;
    private static final long TICK_MILLIS = 500;

    /** Who introduces itself without being a member; more are not remembered. */
    private static final int REMOTES_MAX = 64;

    private static final int HEAD_BYTES_MAX = 1 << 20;
    private static final int CHUNK_BYTES_MAX = 128 << 10;

    private final PeerSettings settings;
    private final PeerObserver observer;
    private final Identity identity;
    private final List<PeerUrl> listenUrls;
    private final Gate gate;
    private final Workers workers = new Workers();
    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
    private final Map<Long, Peer> members = new ConcurrentHashMap<>();
    private final Map<Long, Peer> remotes = new ConcurrentHashMap<>();
    private final Map<Long, List<PeerUrl>> early = new ConcurrentHashMap<>();
    private final Set<SnapshotSend> sending = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final AtomicBoolean removalTold = new AtomicBoolean();
    private volatile @Nullable EntryBlock lastBlock;
    private volatile @Nullable PeerParts parts;
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
    private volatile @Nullable PeerServer server;
    private List<Integer> ports = List.of();
    private boolean closed;

    HttpPeerTransport(PeerSettings settings, PeerObserver observer) {
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
        PeerNet net = new PeerNet(settings.tls(), settings.dialTimeoutNanos());
        gate.open(receiver);
        PeerParts all = new PeerParts(net, identity, gate, observer);
        PeerServer serving = new PeerServer(all, this, handlers, workers);
        List<Integer> listening = new ArrayList<>();
        try {
            for (PeerUrl url : listenUrls) {
                listening.add(listen(net, serving, url));
            }
        } catch (IOException e) {
            net.close();
            throw e;
        }
        ports = listening;
        server = serving;
        parts = all;
        early.forEach(this::add);
        early.clear();
        net.loop().runOnContext(none -> net.vertx().setPeriodic(TICK_MILLIS, fired -> tick()));
    }

    private int listen(PeerNet net, PeerServer serving, PeerUrl url) throws IOException {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(url.host())
                .setPort(url.port())
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setMaxInitialLineLength(HEAD_BYTES_MAX)
                .setMaxHeaderSize(HEAD_BYTES_MAX)
                .setMaxChunkSize(CHUNK_BYTES_MAX)
                .setHttp2ClearTextEnabled(false);
        PeerTls tls = settings.tls();
        if (url.tls() && tls != null) {
            options.setSsl(true)
                    .setUseAlpn(false)
                    .setKeyCertOptions(KeyCertOptions.wrap(NoKeys.INSTANCE))
                    .setSslEngineOptions(new ContextTls(tls.server(), tls.clientAuth()));
        }
        Future<HttpServer> bound = Future.future(promise -> net.loop()
                .runOnContext(none -> net.vertx()
                        .createHttpServer(options)
                        .connectionHandler(PeerNet::hush)
                        .requestHandler(serving::serve)
                        .listen()
                        .onComplete(promise)));
        HttpServer listening = await(bound, START_SECONDS_MAX, "cannot listen on " + url);
        servers.add(listening);
        return listening.actualPort();
    }

    private static <T> T await(Future<T> future, int secondsMax, String what) throws IOException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(secondsMax, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new IOException(what + ": " + cause.getMessage(), cause);
        } catch (TimeoutException e) {
            throw new IOException(what + ": no answer in " + secondsMax + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(what + ": interrupted", e);
        }
    }

    /** Ports that are listened on, in the order of the URLs. */
    synchronized List<Integer> ports() {
        return ports;
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
        boolean onLoop = Vertx.currentContext() != null
                && Vertx.currentContext().owner() == open.net().vertx();
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        open.net()
                .loop()
                .runOnContext(none -> Future.join(
                                servers.stream().map(HttpServer::close).toList())
                        .onComplete(deaf -> stop(open).onComplete(done -> stopped.complete(null))));
        if (!onLoop) {
            try {
                await(Future.fromCompletionStage(stopped), STOP_SECONDS_MAX, "cannot stop the peer transport");
            } catch (IOException e) {
                LOG.warn("the peer transport did not stop: {}", e.getMessage());
            }
            workers.awaitEnd();
        }
    }

    private Future<Void> stop(PeerParts open) {
        members.values().forEach(Peer::stop);
        remotes.values().forEach(Peer::stop);
        members.clear();
        remotes.clear();
        sending.forEach(SnapshotSend::cancel);
        PeerServer serving = server;
        if (serving != null) {
            serving.cancelSnapshots();
        }
        return open.net().close();
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
        if (parts == null) {
            early.put(memberId, parsed);
        } else {
            add(memberId, parsed);
        }
    }

    private void add(long memberId, List<PeerUrl> urls) {
        PeerParts open = started();
        Peer known = members.get(memberId);
        if (known != null) {
            open.net().loop().runOnContext(none -> known.update(urls));
            return;
        }
        Peer added = new Peer(memberId, urls, false, open, this::tellRemoved);
        members.put(memberId, added);
        Peer remote = remotes.remove(memberId);
        open.net().loop().runOnContext(none -> {
            if (remote != null) {
                remote.stop();
            }
            if (members.get(memberId) == added) {
                added.start();
            }
        });
        LOG.atInfo()
                .addKeyValue("local-member-id", identity.member())
                .addKeyValue("remote-peer-id", Long.toHexString(memberId))
                .addKeyValue("remote-peer-urls", urls)
                .log("added remote peer");
    }

    private PeerParts started() {
        PeerParts open = parts;
        if (open == null) {
            throw new IllegalStateException("the peer transport is not started");
        }
        return open;
    }

    @Override
    public synchronized void removePeer(long memberId) {
        gate.remove(memberId);
        early.remove(memberId);
        PeerParts open = parts;
        Peer member = members.remove(memberId);
        Peer remote = remotes.remove(memberId);
        if (open == null || closed) {
            return;
        }
        open.net().loop().runOnContext(none -> {
            if (remote != null) {
                remote.stop();
            }
            if (member != null) {
                member.stop();
                sending.stream().filter(one -> one.peer() == member).forEach(SnapshotSend::cancel);
            }
        });
        if (member != null) {
            LOG.atInfo()
                    .addKeyValue("local-member-id", identity.member())
                    .addKeyValue("removed-remote-peer-id", Long.toHexString(memberId))
                    .log("removed remote peer");
        }
    }

    @Override
    public @Nullable Peer member(long id) {
        return members.get(id);
    }

    @Override
    public void introduce(long id, String urls) {
        PeerParts open = started();
        if (id == settings.memberId()
                || members.containsKey(id)
                || remotes.containsKey(id)
                || gate.isRemoved(id)
                || remotes.size() >= REMOTES_MAX) {
            return;
        }
        try {
            Peer remote = new Peer(id, PeerUrl.all(List.of(urls.split(","))), true, open, this::tellRemoved);
            remotes.put(id, remote);
            if (members.containsKey(id)) {
                remotes.remove(id);
                return;
            }
            LOG.atInfo()
                    .addKeyValue("local-member-id", identity.member())
                    .addKeyValue("remote-peer-id", Long.toHexString(id))
                    .addKeyValue("remote-peer-urls", urls)
                    .log("added new remote peer");
        } catch (IllegalArgumentException e) {
            LOG.atWarn()
                    .addKeyValue("remote-peer-id", Long.toHexString(id))
                    .addKeyValue("error", e.getMessage())
                    .log("a remote peer has introduced itself with a URL that is none");
        }
    }

    private void tellRemoved() {
        if (!gate.isClosed() && removalTold.compareAndSet(false, true)) {
            gate.receiver().removed();
        }
    }

    @Override
    public long connectedNanos(long memberId) {
        Peer member = members.get(memberId);
        return member == null ? -1 : member.status().connectedNanos();
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
            Peer peer = members.get(message.to());
            peer = peer == null ? remotes.get(message.to()) : peer;
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
            open.net().loop().runOnContext(none -> drain());
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
        members.values().forEach(Peer::drain);
        remotes.values().forEach(Peer::drain);
    }

    private void tick() {
        members.values().forEach(Peer::tick);
        remotes.values().forEach(Peer::tick);
    }

    @Override
    public void sendSnapshot(Message message, SnapshotState state) {
        PeerParts open = parts;
        Peer peer = members.get(message.to());
        if (open == null || peer == null || sending.stream().anyMatch(one -> one.peer() == peer)) {
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
        Peer peer = members.get(memberId);
        if (open == null || peer == null || gate.isClosed()) {
            return CompletableFuture.failedFuture(new PeerCallException(
                    PeerCallException.Reason.UNREACHABLE, "member " + Long.toHexString(memberId) + " is not known"));
        }
        return new CallClient(open.net(), identity)
                .call(peer.picker().all(), name, request, timeoutNanos)
                .thenApply(Answer::body);
    }

    @Override
    public void handle(String name, Handler handler) {
        if (handlers.putIfAbsent(name, handler) != null) {
            throw new IllegalStateException("calls of " + name + " are answered already");
        }
    }
}
