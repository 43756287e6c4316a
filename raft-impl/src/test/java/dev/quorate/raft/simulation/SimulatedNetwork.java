/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.simulation;

import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.PeerTransport;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way between members. Messages leave it when the simulation says so: in order or not, lost, twice; none
 * passes a link that is cut. A member that was removed is refused by those who know it.
 */
public final class SimulatedNetwork {
    private static final int FLIGHTS_MAX = 400;

    private record Link(long from, long to) {}

    /** What is on its way from a process to a member. */
    private sealed interface Flight {
        SimulatedProcess sender();

        long to();
    }

    private record Mail(Message message, PeerTransport.@Nullable SnapshotState state, SimulatedProcess sender)
            implements Flight {
        @Override
        public long to() {
            return message.to();
        }
    }

    private record Call(SimulatedProcess sender, long to, Consumer<SimulatedProcess> arrive, Runnable lost)
            implements Flight {}

    private final Chance chance;
    private final Rules rules;
    private final Map<Long, ? extends SimulatedHost> members; // by id
    private final List<Flight> flights = new ArrayList<>();
    private final Set<Link> cut = new HashSet<>(); // asked for membership only
    private int lossPercent;
    private int repeatPercent;
    private boolean reorders;

    /**
     * Makes a network that works.
     *
     * @param chance chance
     * @param rules hears what is sent
     * @param members whom it connects, by id
     */
    public SimulatedNetwork(Chance chance, Rules rules, Map<Long, ? extends SimulatedHost> members) {
        this.chance = chance;
        this.rules = rules;
        this.members = members;
    }

    /**
     * Sets how bad the network is.
     *
     * @param loss how many of 100 messages are lost
     * @param repeats how many of 100 messages arrive twice
     * @param anyOrder whether messages overtake one another
     */
    public void faults(int loss, int repeats, boolean anyOrder) {
        lossPercent = loss;
        repeatPercent = repeats;
        reorders = anyOrder;
    }

    /**
     * Tells whether nothing is on its way.
     *
     * @return true if nothing is
     */
    public boolean isEmpty() {
        return flights.isEmpty();
    }

    void cut(long from, long to) {
        cut.add(new Link(from, to));
    }

    void cutBoth(long one, long other) {
        cut(one, other);
        cut(other, one);
    }

    /** Mends all links. */
    public void heal() {
        cut.clear();
    }

    /**
     * Returns the network as a member sees it in one of its lives.
     *
     * @param life the process
     * @return its way to the others
     */
    public PeerTransport transport(SimulatedProcess life) {
        return new Transport(life);
    }

    /**
     * Tells whether a member is up and heard.
     *
     * @param life who listens
     * @param memberId the member
     * @return true if it is
     */
    public boolean isConnected(SimulatedProcess life, long memberId) {
        SimulatedHost member = members.get(memberId);
        return member != null && member.life() != null && !cut.contains(new Link(memberId, life.memberId()));
    }

    /**
     * Sends something that is no message of Raft. It is never repeated; it is lost as messages are.
     *
     * @param sender who sends it
     * @param to the member that it is for
     * @param arrive takes it there
     * @param lost hears, perhaps, that it does not arrive
     */
    public void carry(SimulatedProcess sender, long to, Consumer<SimulatedProcess> arrive, Runnable lost) {
        flights.add(new Call(sender, to, arrive, lost));
    }

    private final class Transport extends SimulatedTransport {
        private final SimulatedProcess life;

        Transport(SimulatedProcess life) {
            super(life);
            this.life = life;
        }

        @Override
        public void send(List<Message> messages) {
            if (life.isDead()) {
                return;
            }
            life.touched();
            for (Message message : messages) {
                if (life.crashesNow()) {
                    life.crash();
                    return;
                }
                rules.sends(life, message);
                add(new Mail(message, null, life));
            }
        }

        @Override
        public void sendSnapshot(Message message, SnapshotState state) {
            if (life.isDead()) {
                return;
            }
            rules.sends(life, message);
            flights.add(new Mail(message, state, life));
        }

        @Override
        public long connectedNanos(long memberId) {
            return isConnected(life, memberId) ? 0 : -1;
        }
    }

    private void add(Flight flight) {
        if (flights.size() < FLIGHTS_MAX) {
            flights.add(flight);
        }
    }

    /**
     * Lets a process connect to the others, as transports do all the time: those who know that its member was removed
     * say so, even to one that has nothing to send.
     *
     * @param process the process
     */
    public void connect(SimulatedProcess process) {
        PeerTransport.Receiver receiver = process.receiver();
        for (SimulatedHost member : members.values()) {
            SimulatedProcess other = member.life();
            boolean reached = other != null
                    && !member.isPaused()
                    && !cut.contains(new Link(process.memberId(), member.id()))
                    && isConnected(process, member.id());
            if (receiver != null && other != null && reached && other.refuses(process.memberId())) {
                receiver.removed();
            }
        }
    }

    /**
     * Lets something arrive, or not.
     *
     * @return the member that it came to
     */
    public @Nullable SimulatedHost deliver() {
        if (flights.isEmpty()) {
            return null;
        }
        Flight flight = flights.remove(reorders && chance.dice(3) == 0 ? chance.dice(flights.size()) : 0);
        SimulatedHost target = members.get(flight.to());
        if (target != null && target.isPaused()) {
            if (flight instanceof Mail mail && mail.state() == null) {
                add(flight);
            } else {
                flights.add(flight);
            }
            return null;
        }
        SimulatedProcess life = target == null ? null : target.life();
        PeerTransport.Receiver receiver = life == null ? null : life.receiver();
        if (life == null
                || receiver == null
                || cut.contains(new Link(flight.sender().memberId(), flight.to()))
                || isIn(lossPercent)) {
            lose(flight);
            return null;
        }
        if (life.refuses(flight.sender().memberId())) {
            refuse(flight);
            return null;
        }
        if (flight instanceof Mail mail) {
            if (mail.state() == null && isIn(repeatPercent)) {
                rules.repeats(mail.message());
                add(flight);
            }
            arrive(mail, life, receiver);
        } else if (flight instanceof Call call) {
            call.arrive().accept(life);
        }
        return target;
    }

    private boolean isIn(int percent) {
        return percent > 0 && chance.dice(100) < percent;
    }

    private void lose(Flight flight) {
        if (flight instanceof Call call) {
            if (chance.dice(2) == 0) {
                call.lost().run();
            }
            return;
        }
        PeerTransport.Receiver sender = flight.sender().receiver();
        PeerTransport.SnapshotState state = flight instanceof Mail mail ? mail.state() : null;
        if (state != null) {
            state.close();
            if (sender != null) {
                sender.snapshotSent(flight.to(), false);
            }
        } else if (sender != null && chance.dice(4) == 0) {
            sender.unreachable(flight.to());
        }
        flight.sender().touched();
    }

    private void refuse(Flight flight) {
        PeerTransport.Receiver sender = flight.sender().receiver();
        if (sender != null) {
            sender.removed();
        }
        lose(flight);
    }

    private void arrive(Mail flight, SimulatedProcess life, PeerTransport.Receiver receiver) {
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
            flight.sender().touched();
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
        public int read(byte[] into, int from, int length) throws IOException {
            check();
            return super.read(into, from, length);
        }

        @Override
        public byte[] readAllBytes() throws IOException {
            check();
            return super.readAllBytes();
        }

        private void check() throws IOException {
            if (breaks) {
                throw new IOException("the connection has broken");
            }
        }
    }
}
