/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.core.RaftCore;
import dev.quorate.raft.simulation.SimulatedTransport;
import dev.quorate.raft.simulation.SimulatedWorker;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.PeerTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Members that are moved by hand: nothing arrives and no thread works unless a test says so. */
final class ManualCluster implements World {
    static final int ELECTION_TICKS = 10;

    private final Map<Long, SimulatedMember> members = new TreeMap<>();
    private final Invariants invariants = new Invariants(members);
    private final SimulatedMemberSettings settings;
    private final List<Message> flights = new ArrayList<>();
    private final IdentityHashMap<Message, PeerTransport.SnapshotState> states = new IdentityHashMap<>();
    private Consumer<SimulatedLife> whileBlocked = life -> {};
    private @Nullable SimulatedMember failing;

    ManualCluster(int count) {
        NodeTimes times = new NodeTimes(Duration.ofMillis(100), ELECTION_TICKS, false, 30, false);
        settings = new SimulatedMemberSettings(8, 2, 1000, times);
        List<Entry> entries = new ArrayList<>();
        for (long id = 1; id <= count; id++) {
            ConfChange change = new ConfChange(0, ConfChange.Type.ADD_NODE, id, Bytes.EMPTY);
            entries.add(new Entry(1, id, EntryType.CONF_CHANGE, change.encode()));
        }
        invariants.bootstrap(entries);
        for (long id = 1; id <= count; id++) {
            SimulatedMember member = member(id);
            entries.forEach(entry -> member.disk().put(entry, invariants));
            member.disk().put(new HardState(1, 0, count), invariants);
            member.start(this, settings);
        }
        settle();
    }

    private SimulatedMember member(long id) {
        return members.computeIfAbsent(id, SimulatedMember::new);
    }

    SimulatedMember join(long id) {
        SimulatedMember member = member(id);
        member.start(this, settings);
        return member;
    }

    SimulatedMember get(long id) {
        SimulatedMember member = members.get(id);
        if (member == null) {
            throw new IllegalArgumentException("there is no member " + id);
        }
        return member;
    }

    SimulatedLife life(long id) {
        SimulatedLife life = get(id).life();
        if (life == null) {
            throw new IllegalArgumentException("member " + id + " is down");
        }
        return life;
    }

    RaftNode node(long id) {
        RaftNode node = life(id).node();
        if (node == null) {
            throw new IllegalArgumentException("member " + id + " is down");
        }
        return node;
    }

    RaftCore core(long id) {
        return node(id).core();
    }

    void restart(long id) {
        get(id).crash(this);
        get(id).start(this, settings);
    }

    void crash(long id) {
        get(id).crash(this);
    }

    /** Lets something happen each time that a member waits for its disk. */
    void whileBlocked(Consumer<SimulatedLife> action) {
        whileBlocked = action;
    }

    void failNextWrite(long id) {
        failing = get(id);
    }

    /** Returns what was sent and has not arrived, of one type. */
    List<Message> flying(MessageType type) {
        return flights.stream().filter(message -> message.type() == type).toList();
    }

    /** Loses what is on its way. */
    void lose() {
        flights.clear();
    }

    void unreachable(long id, long other) {
        PeerTransport.Receiver receiver = life(id).receiver();
        if (receiver != null) {
            receiver.unreachable(other);
        }
    }

    void tick(long id, int count) {
        for (int i = 0; i < count; i++) {
            life(id).tick();
        }
    }

    /** Lets everything arrive that is on its way now and is wanted; what comes of it stays on its way. */
    void deliver(Predicate<Message> wanted) {
        List<Message> arriving = flights.stream().filter(wanted).toList();
        flights.removeAll(arriving);
        arriving.forEach(this::arrive);
        invariants.check();
    }

    private void arrive(Message message) {
        SimulatedMember member = members.get(message.to());
        SimulatedLife life = member == null ? null : member.life();
        PeerTransport.Receiver receiver = life == null ? null : life.receiver();
        PeerTransport.SnapshotState state = states.remove(message);
        if (life == null || receiver == null) {
            return;
        }
        if (state == null) {
            receiver.receive(message);
        } else {
            try (state) {
                receiver.receiveSnapshot(message, state.open());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            PeerTransport.Receiver sender = life(message.from()).receiver();
            if (sender != null) {
                sender.snapshotSent(message.to(), true);
            }
        }
        invariants.observe(life);
    }

    /** Lets the log thread of a member do what there is to do. */
    void write(long id) {
        run(life(id), "quorate-raft-log");
        invariants.check();
    }

    /** Lets all threads of a member do what there is to do. */
    void work(long id) {
        while (run(life(id), "")) {
            invariants.observe(life(id));
        }
        invariants.check();
    }

    private static boolean run(SimulatedLife life, String name) {
        for (SimulatedWorker worker : List.copyOf(life.workers())) {
            if (worker.isReady() && worker.name().contains(name)) {
                worker.run();
                return true;
            }
        }
        return false;
    }

    /** Lets everything happen until nothing is left to do. */
    void settle() {
        settle(message -> true);
    }

    /** Lets everything happen until nothing is left to do; what is not wanted is lost. */
    void settle(Predicate<Message> wanted) {
        boolean busy = true;
        while (busy) {
            for (SimulatedMember member : members.values()) {
                if (member.life() != null) {
                    work(member.id());
                }
            }
            busy = !flights.isEmpty();
            flights.removeIf(wanted.negate());
            deliver(message -> true);
        }
    }

    void elect(long id) {
        elect(id, message -> true);
    }

    void elect(long id, Predicate<Message> wanted) {
        for (SimulatedMember member : members.values()) {
            if (member.life() != null && member.id() != id) {
                core(member.id()).forgetLeader(); // so it helps at once
            }
        }
        tick(id, ELECTION_TICKS);
        settle(wanted);
    }

    @Override
    public int dice(int bound) {
        return 0;
    }

    @Override
    public void block(SimulatedLife life) {
        whileBlocked.accept(life);
    }

    @Override
    public boolean failsNow(SimulatedLife life) {
        if (failing != life.member()) {
            return false;
        }
        failing = null;
        life.expectFailure();
        return true;
    }

    @Override
    public void crashed(SimulatedLife life) {}

    @Override
    public Invariants invariants() {
        return invariants;
    }

    @Override
    public History history() {
        return invariants.history();
    }

    @Override
    public void ended(SimulatedLife life) {}

    @Override
    public PeerTransport transport(SimulatedLife life) {
        return new Transport(life);
    }

    private final class Transport extends SimulatedTransport {
        private final SimulatedLife life;

        Transport(SimulatedLife life) {
            super(life);
            this.life = life;
        }

        @Override
        public void send(List<Message> messages) {
            invariants.observe(life);
            messages.forEach(message -> invariants.sends(life, message));
            flights.addAll(messages);
        }

        @Override
        public void sendSnapshot(Message message, SnapshotState state) {
            flights.add(message);
            states.put(message, state);
        }

        @Override
        public long connectedNanos(long memberId) {
            return 0;
        }
    }
}
