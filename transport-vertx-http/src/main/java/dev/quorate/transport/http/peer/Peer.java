/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.PeerObserver;
import dev.quorate.raft.spi.PeerUrl;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Another member: what waits for it, by which way it goes, and what is heard from it.
 *
 * <p>{@link #offer} may be called by any thread, everything else on the event loop only.
 *
 * <p>Source: etcd v3.7.1, {@code rafthttp/peer.go}, {@code rafthttp/remote.go}.
 */
final class Peer {
    static final String REMOVED = "the member has been permanently removed from the cluster";

    private static final Logger LOG = LoggerFactory.getLogger(Peer.class);

    private final long id;
    private final Gate gate;
    private final PeerObserver observer;
    private final UrlPicker picker;
    private final PeerStatus status;
    private final Outbox appends = new Outbox();
    private final Outbox others = new Outbox();
    private final StreamReader appendReader;
    private final StreamReader messageReader;
    private final Pipeline pipeline;
    private final Prober prober;
    private final Runnable removed;
    private final AtomicLong dropped = new AtomicLong();
    private final boolean remote;
    private @Nullable OutStream appendStream;
    private @Nullable OutStream messageStream;
    private final Set<PeerUrl> refusing = new HashSet<>();
    private boolean met;
    private boolean lossTold;
    private boolean stopped;

    /**
     * Makes a member.
     *
     * @param remote whether it is only known from its own requests: it is answered by POST, and not dialled
     * @param removed hears that the other member says that this one was removed
     */
    Peer(long id, List<PeerUrl> urls, boolean remote, PeerParts parts, Runnable removed) {
        this.id = id;
        this.remote = remote;
        this.gate = parts.gate();
        this.observer = parts.observer();
        this.removed = removed;
        this.picker = new UrlPicker(urls);
        this.status = new PeerStatus(id, observer);
        this.appendReader = new StreamReader(StreamKind.APPEND, this, parts.net(), parts.identity());
        this.messageReader = new StreamReader(StreamKind.MESSAGE, this, parts.net(), parts.identity());
        this.pipeline = new Pipeline(this, parts.net(), parts.identity());
        this.prober = new Prober(this, parts.net(), parts.identity(), observer);
    }

    void start() {
        if (!remote) {
            appendReader.dial();
            messageReader.dial();
            prober.start();
        }
    }

    long id() {
        return id;
    }

    boolean isRemote() {
        return remote;
    }

    UrlPicker picker() {
        return picker;
    }

    PeerStatus status() {
        return status;
    }

    void update(List<PeerUrl> urls) {
        picker.update(urls);
        appendReader.hurry();
        messageReader.hurry();
    }

    // ---------------------------------------------------------------- outgoing

    /** Puts a message behind those that wait; {@link #drain} has to follow. */
    void offer(Outgoing outgoing) {
        Outbox box = outgoing.message().type() == MessageType.APPEND ? appends : others;
        if (!box.offer(outgoing)) {
            observer.sendFailed(id);
            dropped.incrementAndGet();
        }
    }

    void drain() {
        if (stopped) {
            return;
        }
        OutStream forAppends = appendStream == null ? messageStream : appendStream;
        long sent = drain(appends, forAppends) + drain(others, messageStream);
        if (sent > 0) {
            observer.sent(id, sent);
        }
        boolean appendsStuck = forAppends == null && !appends.isEmpty();
        if (appendsStuck || (messageStream == null && !others.isEmpty())) {
            post(appendsStuck);
        }
        tellOverflow();
        if (messageStream != null && appends.isEmpty() && others.isEmpty()) {
            lossTold = false;
        }
    }

    private static long drain(Outbox box, @Nullable OutStream stream) {
        return stream == null ? 0 : stream.drain(box);
    }

    private void post(boolean appendsToo) {
        if (pipeline.isBusy()) {
            return;
        }
        Outgoing next = messageStream == null ? others.poll() : null;
        if (next == null && appendsToo) {
            next = appends.poll();
        }
        if (next != null) {
            pipeline.post(next);
        }
    }

    private void tellOverflow() {
        long count = dropped.getAndSet(0);
        if (count > 0) {
            if (!lossTold) {
                LOG.atWarn()
                        .addKeyValue("remote-peer-id", Long.toHexString(id))
                        .addKeyValue("remote-peer-active", status.isActive())
                        .addKeyValue("messages", count)
                        .log("dropped internal Raft message since sending buffer is full");
            }
            tellLoss();
        }
    }

    void posted(long bytes) {
        observer.sent(id, bytes);
        lossTold = false;
        if (remote) {
            status.activate();
        }
        drain();
    }

    /** What waits is too old to be worth a try, and the next would fail as well. */
    void postFailed(String reason) {
        observer.sendFailed(id);
        if (remote || !messageReader.isUp()) {
            status.deactivate("write", Pipeline.NAME, reason);
        }
        if (messageStream == null) {
            others.clear();
        }
        if (appendStream == null && messageStream == null) {
            appends.clear();
        }
        tellLoss();
        drain();
    }

    private void tellLoss() {
        if (!lossTold && !gate.isClosed()) {
            lossTold = true;
            gate.receiver().unreachable(id);
        }
    }

    /** Takes the answer to a GET of the other member: from now on it hears us there. */
    void attach(OutStream stream) {
        OutStream old = stream.kind() == StreamKind.APPEND ? appendStream : messageStream;
        if (old != null) {
            log("closed TCP streaming connection with remote peer", stream.kind(), true);
            detach(old);
            old.close();
        }
        if (stream.kind() == StreamKind.APPEND) {
            appendStream = stream;
        } else {
            messageStream = stream;
        }
        log("established TCP streaming connection with remote peer", stream.kind(), false);
        appendReader.hurry();
        messageReader.hurry();
        drain();
    }

    /** Hears that a stream has ended: what was under way on it may be lost. */
    void detached(OutStream stream) {
        if (!stopped && detach(stream)) {
            log("lost TCP streaming connection with remote peer", stream.kind(), true);
        }
    }

    private boolean detach(OutStream stream) {
        if (stream == appendStream) {
            appendStream = null;
        } else if (stream == messageStream) {
            messageStream = null;
        } else {
            return false;
        }
        observer.sendFailed(id);
        tellLoss();
        return true;
    }

    void tick() {
        tick(appendStream);
        tick(messageStream);
        drain();
    }

    private void tick(@Nullable OutStream stream) {
        if (stream != null && !stream.tick()) {
            detached(stream);
            stream.close();
        }
    }

    // ---------------------------------------------------------------- incoming

    void receive(List<Message> messages) {
        gate.receive(id, messages);
    }

    void received(long bytes) {
        observer.received(id, bytes);
    }

    void heard() {
        met = true;
        refusing.clear();
        status.activate();
    }

    /** Hears that nobody listens at an address: if that is so at all of them, the member has gone. */
    void refused(PeerUrl url) {
        if (met && !status.isActive() && !gate.isClosed()) {
            refusing.add(url);
            if (refusing.containsAll(picker.all())) {
                met = false;
                refusing.clear();
                gate.receiver().refused(id);
            }
        }
    }

    void unheard(String action, String source, String reason) {
        if (!messageReader.isUp() && !appendReader.isUp()) {
            status.deactivate(action, source, reason);
        }
    }

    void tellRemoved() {
        removed.run();
    }

    void stop() {
        stopped = true;
        appendReader.stop();
        messageReader.stop();
        pipeline.stop();
        prober.stop();
        appends.clear();
        others.clear();
        OutStream oneStream = appendStream;
        OutStream otherStream = messageStream;
        appendStream = null;
        messageStream = null;
        if (oneStream != null) {
            oneStream.close();
        }
        if (otherStream != null) {
            otherStream.close();
        }
        status.stop();
    }

    private void log(String text, StreamKind kind, boolean warn) {
        (warn ? LOG.atWarn() : LOG.atInfo())
                .addKeyValue("stream-writer-type", kind.text())
                .addKeyValue("remote-peer-id", Long.toHexString(id))
                .log(text);
    }
}
