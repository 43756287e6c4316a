/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.PeerTransport;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way between members. Messages leave it when the simulation says so: in order or not, lost, twice; none
 * passes a link that is cut. A member that was removed is refused by those who know it.
 */
final class SimulatedNetwork {
    private static final int FLIGHTS_MAX = 400;

    private record Link(long from, long to) {}

    private record Flight(Message message, PeerTransport.@Nullable SnapshotState state, SimulatedLife sender) {}

    private final World world;
    private final Map<Long, SimulatedMember> members; // by id
    private final List<Flight> flights = new ArrayList<>();
    private final Set<Link> cut = new HashSet<>(); // asked for membership only
    private int lossPercent;
    private int repeatPercent;
    private boolean reorders;

    SimulatedNetwork(World world, Map<Long, SimulatedMember> members) {
        this.world = world;
        this.members = members;
    }

    /** Sets how bad the network is. */
    void faults(int loss, int repeats, boolean anyOrder) {
        lossPercent = loss;
        repeatPercent = repeats;
        reorders = anyOrder;
    }

    boolean isEmpty() {
        return flights.isEmpty();
    }

    void cut(long from, long to) {
        cut.add(new Link(from, to));
    }

    void cutBoth(long one, long other) {
        cut(one, other);
        cut(other, one);
    }

    void heal() {
        cut.clear();
    }

    /** The network as a member sees it in one of its lives. */
    PeerTransport transport(SimulatedLife life) {
        return new Transport(life);
    }

    private final class Transport implements PeerTransport {
        private final SimulatedLife life;

        Transport(SimulatedLife life) {
            this.life = life;
        }

        @Override
        public void start(Receiver receiver) {
            life.listen(receiver);
        }

        @Override
        public void addPeer(long memberId, List<String> urls) {}

        @Override
        public void removePeer(long memberId) {}

        @Override
        public void send(List<Message> messages) {
            if (life.isDead()) {
                return;
            }
            world.invariants().observe(life);
            for (Message message : messages) {
                if (life.crashesNow()) {
                    world.crashed(life);
                    return;
                }
                world.invariants().sent(life, message);
                add(new Flight(message, null, life));
            }
        }

        @Override
        public void sendSnapshot(Message message, SnapshotState state) {
            if (life.isDead()) {
                return;
            }
            world.invariants().sent(life, message);
            flights.add(new Flight(message, state, life));
        }

        @Override
        public long connectedNanos(long memberId) {
            SimulatedMember member = members.get(memberId);
            boolean up = member != null
                    && member.life() != null
                    && !cut.contains(new Link(memberId, life.member().id()));
            return up ? 0 : -1;
        }

        @Override
        public void close() {
            life.listen(null);
        }
    }

    private void add(Flight flight) {
        if (flights.size() < FLIGHTS_MAX) {
            flights.add(flight);
        }
    }

    /** Lets one message arrive, or not. Returns the member that it came to. */
    @Nullable
    SimulatedMember deliver() {
        if (flights.isEmpty()) {
            return null;
        }
        Flight flight = flights.remove(reorders && world.dice(3) == 0 ? world.dice(flights.size()) : 0);
        Message message = flight.message();
        SimulatedMember target = members.get(message.to());
        if (target != null && target.isPaused()) {
            if (flight.state() == null) {
                add(flight);
            } else {
                flights.add(flight);
            }
            return null;
        }
        SimulatedLife life = target == null ? null : target.life();
        PeerTransport.Receiver receiver = life == null ? null : life.receiver();
        if (life == null
                || receiver == null
                || cut.contains(new Link(message.from(), message.to()))
                || isIn(lossPercent)) {
            lose(flight);
            return null;
        }
        if (life.machine().state().isRemoved(flight.sender().member().id())) {
            refuse(flight);
            return null;
        }
        if (flight.state() == null && isIn(repeatPercent)) {
            noteRepeated(message);
            add(flight);
        }
        arrive(flight, life, receiver);
        return target;
    }

    private boolean isIn(int percent) {
        return percent > 0 && world.dice(100) < percent;
    }

    private void noteRepeated(Message message) {
        if (message.type() == MessageType.PROPOSE) {
            for (Entry entry : message.entries()) {
                if (entry.type() == EntryType.NORMAL && !entry.data().isEmpty()) {
                    world.history().repeated(entry);
                }
            }
        }
    }

    private void lose(Flight flight) {
        PeerTransport.Receiver sender = flight.sender().receiver();
        long to = flight.message().to();
        PeerTransport.SnapshotState state = flight.state();
        if (state != null) {
            state.close();
            if (sender != null) {
                sender.snapshotSent(to, false);
            }
        } else if (sender != null && world.dice(4) == 0) {
            sender.unreachable(to);
        }
        world.invariants().observe(flight.sender());
    }

    private void refuse(Flight flight) {
        PeerTransport.Receiver sender = flight.sender().receiver();
        if (sender != null) {
            sender.removed();
        }
        lose(flight);
    }

    private void arrive(Flight flight, SimulatedLife life, PeerTransport.Receiver receiver) {
        PeerTransport.SnapshotState state = flight.state();
        if (state == null) {
            receiver.receive(flight.message());
            return;
        }
        boolean arrived = false;
        life.receiving(1);
        try (InputStream content = new Broken(state.open(), isIn(2 * lossPercent))) {
            receiver.receiveSnapshot(flight.message(), content);
            arrived = true;
        } catch (IOException e) {
            arrived = false; // the receiver has died, or the connection has
        } finally {
            life.receiving(-1);
            state.close();
        }
        PeerTransport.Receiver sender = flight.sender().receiver();
        if (sender != null) {
            sender.snapshotSent(flight.message().to(), arrived);
            world.invariants().observe(flight.sender());
        }
    }

    /** A stream that may break. */
    private static final class Broken extends FilterInputStream {
        private final boolean breaks;

        Broken(InputStream whole, boolean breaks) {
            super(whole);
            this.breaks = breaks;
        }

        @Override
        public byte[] readAllBytes() throws IOException {
            if (breaks) {
                throw new IOException("the connection has broken");
            }
            return super.readAllBytes();
        }
    }
}
