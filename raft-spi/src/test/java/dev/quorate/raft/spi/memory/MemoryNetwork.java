/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi.memory;

import dev.quorate.raft.spi.PeerSettings;
import dev.quorate.raft.spi.PeerTransportProvider.Peers;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network in memory, with the faults of a real one. Nothing happens by itself: {@link #advance} and {@link #settle}
 * let time pass. The same seed and the same calls give the same deliveries. For one thread.
 *
 * <pre>{@code
 * MemoryNetwork network = new MemoryNetwork(seed);
 * network.faults(new MemoryNetwork.Faults(0.1, 0.05, 1, 20, true));
 * Peers one = network.open(settings);
 * one.transport().start(receiver);
 * network.cut(1, 2);                     // one way
 * network.advance(10);
 * }</pre>
 */
public final class MemoryNetwork {
    /** No loss, no delay, in order. */
    public static final Faults NONE = new Faults(0, 0, 0, 0, false);

    private static final int UNDER_WAY_MAX = 4096;

    /**
     * What goes wrong by chance.
     *
     * @param loss share of messages that are lost, 0 to 1
     * @param doubled share of messages that come twice, 0 to 1
     * @param delayMin steps that a message takes at least
     * @param delayMax steps that it takes at most, inclusive
     * @param reorder whether messages may overtake one another
     */
    public record Faults(double loss, double doubled, int delayMin, int delayMax, boolean reorder) {}

    private record Link(long from, long to) {}

    private record Event(long due, long number, @Nullable Link link, Runnable task) {}

    private final Random random;
    private final Map<String, MemoryPeers> listening = new HashMap<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>((one, other) ->
            one.due != other.due ? Long.compare(one.due, other.due) : Long.compare(one.number, other.number));
    private final Map<Link, Integer> underWay = new HashMap<>();
    private final Map<Link, Long> lastDue = new HashMap<>();
    private final Set<Link> cuts = new HashSet<>();
    private final Set<Long> paused = new HashSet<>();
    private Faults faults = NONE;
    private long now;
    private long number;

    /**
     * Creates a network without faults.
     *
     * @param seed of chance
     */
    public MemoryNetwork(long seed) {
        random = new Random(seed);
    }

    /**
     * Opens a transport; its first listen URL is its address.
     *
     * @param settings as whom
     * @return the transport, not started
     */
    public Peers open(PeerSettings settings) {
        MemoryPeers peers = new MemoryPeers(this, settings);
        return new Peers(peers, peers);
    }

    /**
     * Sets what goes wrong from now on.
     *
     * @param changed the faults
     */
    public void faults(Faults changed) {
        faults = changed;
    }

    /**
     * Cuts a link, one way: what is under way on it is lost, and the sender notices.
     *
     * @param from the sender
     * @param to the receiver
     */
    public void cut(long from, long to) {
        cuts.add(new Link(from, to));
    }

    /** Mends all links. */
    public void heal() {
        cuts.clear();
    }

    /**
     * Makes a member take nothing: what goes to it waits, within bounds.
     *
     * @param memberId the member
     */
    public void pause(long memberId) {
        paused.add(memberId);
    }

    /**
     * Ends {@link #pause}.
     *
     * @param memberId the member
     */
    public void resume(long memberId) {
        paused.remove(memberId);
    }

    /**
     * Lets time pass.
     *
     * @param steps how many
     */
    public void advance(long steps) {
        long until = now + steps;
        while (!events.isEmpty() && events.element().due <= until) {
            Event next = events.remove();
            now = Math.max(now, next.due);
            run(next);
        }
        now = until;
    }

    /** Lets time pass until nothing is under way but to members that are paused. */
    public void settle() {
        while (events.stream().anyMatch(event -> !waits(event))) {
            advance(1);
        }
    }

    private boolean waits(Event event) {
        return event.link != null && paused.contains(event.link.to);
    }

    private void run(Event event) {
        if (waits(event)) {
            events.add(new Event(now + 1, event.number, event.link, event.task));
            return;
        }
        if (event.link != null) {
            underWay.merge(event.link, -1, Integer::sum);
        }
        event.task.run();
    }

    /**
     * Returns how much time has passed.
     *
     * @return steps
     */
    public long now() {
        return now;
    }

    // ---------------------------------------------------------------- for transports

    void listen(String address, MemoryPeers peers) {
        listening.put(address, peers);
    }

    void leave(String address, MemoryPeers peers) {
        listening.remove(address, peers);
    }

    @Nullable
    MemoryPeers at(String address) {
        return listening.get(address);
    }

    boolean isCut(long from, long to) {
        return cuts.contains(new Link(from, to));
    }

    /** Puts something on a link; false if too much is on it already. Chance may lose or double it. */
    boolean carry(long from, long to, Runnable arrival) {
        Link link = new Link(from, to);
        if (underWay.getOrDefault(link, 0) >= UNDER_WAY_MAX) {
            return false;
        }
        if (random.nextDouble() >= faults.loss) {
            put(link, arrival);
        }
        if (random.nextDouble() < faults.doubled) {
            put(link, arrival);
        }
        return true;
    }

    private void put(Link link, Runnable arrival) {
        long due = now + faults.delayMin + random.nextInt(faults.delayMax - faults.delayMin + 1);
        if (!faults.reorder) {
            due = Math.max(due, lastDue.getOrDefault(link, 0L));
            lastDue.put(link, due);
        }
        underWay.merge(link, 1, Integer::sum);
        events.add(new Event(due, number++, link, arrival));
    }

    /** Runs something later, whatever the faults are. */
    void later(long steps, Runnable task) {
        events.add(new Event(now + steps, number++, null, task));
    }
}
