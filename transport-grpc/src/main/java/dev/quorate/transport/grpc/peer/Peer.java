/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.PeerObserver;
import dev.quorate.raft.spi.PeerUrl;
import io.grpc.Status;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Another member: what waits for it, and the links to it. Each side dials while it has no link, so there may be two for
 * a while; messages go by one until it is lost, which keeps their order.
 *
 * <p>Somebody who has dialled and is not known as a member has no URLs, and is answered as long as the link lasts.
 *
 * <p>{@link #offer}, {@link #isMember}, {@link #urls} and {@link #status} may be called by any thread, everything else
 * on the event loop only.
 */
final class Peer {
    private static final Logger LOG = LoggerFactory.getLogger(Peer.class);

    private final long id;
    private final Gate gate;
    private final PeerObserver observer;
    private final Runnable removed;
    private final PeerStatus status;
    private final ClockCheck clocks;
    private final Dialer dialer;
    private final CallRoute route;
    private final Outbox urgent = new Outbox();
    private final Outbox bulk = new Outbox();
    private final AtomicLong dropped = new AtomicLong();
    private volatile boolean member;
    private @Nullable Link dialled;
    private @Nullable Link accepted;
    private @Nullable Link current;
    private final Set<PeerUrl> refusing = new HashSet<>();
    private boolean met;
    private boolean lossTold;
    private boolean stopped;

    /**
     * Knows somebody who is no member yet.
     *
     * @param removed hears that the other member says that this one was removed
     */
    Peer(long id, PeerParts parts, Runnable removed) {
        this.id = id;
        this.gate = parts.gate();
        this.observer = parts.observer();
        this.removed = removed;
        this.status = new PeerStatus(id, observer);
        this.clocks = new ClockCheck(id);
        this.dialer = new Dialer(this, parts);
        this.route = new CallRoute(parts.channels());
    }

    long id() {
        return id;
    }

    boolean isMember() {
        return member;
    }

    PeerStatus status() {
        return status;
    }

    CallRoute route() {
        return route;
    }

    List<PeerUrl> urls() {
        return dialer.urls();
    }

    /** Makes it a member from now on, whatever thread calls; {@link #update} has to follow. */
    void enrol() {
        member = true;
    }

    /** Says where it is reached. */
    void update(List<PeerUrl> urls) {
        if (!stopped) {
            refusing.clear();
            dialer.update(urls);
        }
    }

    // ---------------------------------------------------------------- outgoing

    /** Puts a message behind those that wait; {@link #drain} has to follow. */
    void offer(Outgoing outgoing) {
        if (!(outgoing.isBulk() ? bulk : urgent).offer(outgoing)) {
            observer.sendFailed(id);
            dropped.incrementAndGet();
        }
    }

    FrameWriter newWriter() {
        return new FrameWriter(urgent, bulk);
    }

    boolean isCurrent(Link link) {
        return link.equals(current);
    }

    /** Sends what waits, as far as it goes. */
    void drain() {
        if (stopped) {
            return;
        }
        long sent = drain(dialled) + drain(accepted);
        if (sent > 0) {
            observer.sent(id, sent);
        }
        tellOverflow();
        if (current != null && urgent.isEmpty() && bulk.isEmpty()) {
            lossTold = false;
        }
    }

    private long drain(@Nullable Link link) {
        return link == null ? 0 : link.drain(isCurrent(link));
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

    private void tellLoss() {
        if (!lossTold && !gate.isClosed()) {
            lossTold = true;
            gate.receiver().unreachable(id);
        }
    }

    // ---------------------------------------------------------------- links

    boolean isLinked() {
        return current != null;
    }

    /** Takes a new link; an older one of the same direction is of no use to the other side any more. */
    void attach(Link link) {
        if (stopped) {
            link.close(Status.UNAVAILABLE.withDescription("stopped"));
            return;
        }
        Link old = link.isDialled() ? dialled : accepted;
        if (old != null) {
            old.close(Status.CANCELLED.withDescription("another stream has come"));
            forget(old);
        }
        if (link.isDialled()) {
            dialled = link;
        } else {
            accepted = link;
        }
        if (current == null) {
            current = link;
        }
        met = true;
        refusing.clear();
        log("established streaming connection with remote peer", link, null);
        status.activate();
        drain();
    }

    /** Hears that a link has ended: what was under way on it may be lost. */
    void detach(Link link, String reason) {
        if (stopped || !forget(link)) {
            return;
        }
        log("lost streaming connection with remote peer", link, reason);
        if (current == null) {
            status.deactivate("read", "stream Messages", reason);
            dialer.again();
        } else {
            drain();
        }
    }

    private boolean forget(Link link) {
        if (link.equals(dialled)) {
            dialled = null;
        } else if (link.equals(accepted)) {
            accepted = null;
        } else {
            return false;
        }
        if (link.equals(current)) {
            current = dialled == null ? accepted : dialled;
            observer.sendFailed(id);
            tellLoss();
        }
        return true;
    }

    /** Hears that an address cannot be reached: if that is so of all, what waits is too old to be worth another try. */
    void unreached(String reason, boolean everywhere) {
        if (current != null) {
            return;
        }
        status.deactivate("dial", "stream Messages", reason);
        if (everywhere && !(urgent.isEmpty() && bulk.isEmpty())) {
            urgent.clear();
            bulk.clear();
            observer.sendFailed(id);
            tellLoss();
        }
    }

    /** Hears that nobody listens at an address: if that is so at all of them, the member has gone. */
    void refused(PeerUrl url) {
        if (met && current == null && !gate.isClosed()) {
            refusing.add(url);
            if (refusing.containsAll(urls())) {
                met = false;
                refusing.clear();
                gate.receiver().refused(id);
            }
        }
    }

    void tick(boolean excused) {
        tick(dialled, excused);
        tick(accepted, excused);
        drain();
    }

    private static void tick(@Nullable Link link, boolean excused) {
        if (link != null && excused) {
            link.excuse();
        } else if (link != null) {
            link.tick();
        }
    }

    // ---------------------------------------------------------------- incoming

    void receive(List<Message> messages) {
        gate.receive(id, messages);
    }

    void received(long bytes) {
        observer.received(id, bytes);
    }

    /** Hears how long an answer took, and what time it was there. */
    void answered(long nanos, long clockMillis) {
        observer.roundTrip(id, nanos);
        clocks.compare(clockMillis, nanos);
    }

    void tellRemoved() {
        removed.run();
    }

    /** Lets go of it; the other side hears why. */
    void stop(Status reason) {
        stopped = true;
        dialer.stop();
        route.close();
        urgent.clear();
        bulk.clear();
        Link one = dialled;
        Link other = accepted;
        dialled = null;
        accepted = null;
        current = null;
        if (one != null) {
            one.close(reason);
        }
        if (other != null) {
            other.close(reason);
        }
        status.stop();
    }

    private void log(String text, Link link, @Nullable String error) {
        var event = (error == null ? LOG.atInfo() : LOG.atWarn())
                .addKeyValue("dialled", link.isDialled())
                .addKeyValue("remote-peer-id", Long.toHexString(id));
        (error == null ? event : event.addKeyValue("error", error)).log(text);
    }
}
