/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.core.RaftCore;
import dev.quorate.raft.spi.PeerTransport;
import dev.quorate.raft.spi.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member from the start of its process to its end. What a dead one still does comes to nothing: its calls return, or
 * break off with {@link Crash}.
 */
final class SimulatedLife {
    private final SimulatedMember member;
    private final World world;
    private final SimulatedMachine machine;
    private final SimulatedClients clients;
    private final List<SimulatedWorker> workers = new ArrayList<>();
    private final Seen seen = new Seen();
    private @Nullable RaftNode node;
    private @Nullable Runnable tick;
    private PeerTransport.@Nullable Receiver receiver;
    private boolean dead;
    private boolean failed;
    private boolean failureExpected;
    private boolean removed;
    private int receiving; // snapshots, at this moment
    private int crashIn; // so many of its calls later

    /** What the invariants have seen of this life. */
    static final class Seen {
        long term;
        long ledTerm;
        long commit;
        long applied;
        long confIndex = -1;
        int looks;
    }

    SimulatedLife(SimulatedMember member, World world) {
        this.member = member;
        this.world = world;
        machine = new SimulatedMachine(this, world);
        clients = new SimulatedClients(this, world.history());
    }

    void start(SimulatedMemberSettings settings) {
        SimulatedDisk disk = member.disk();
        RaftConfig config = new RaftConfig(
                member.id(),
                disk.state(),
                disk.mark(),
                disk.entries(),
                settings.snapshotCount(),
                settings.catchUpEntries(),
                settings.pendingBytesMax(),
                settings.times());
        Ticker ticker = (interval, task) -> {
            tick = task;
            return () -> tick = null;
        };
        NodePorts ports = new NodePorts(
                new SimulatedLog(this, world),
                machine,
                world.transport(this),
                ticker,
                world::dice,
                this::worker,
                this::failed);
        try {
            RaftNode started = RaftNode.start(config, ports);
            node = started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        world.invariants().observe(this);
    }

    private Workers.Worker worker(String name, Runnable work) {
        SimulatedWorker worker = new SimulatedWorker(name, work);
        workers.add(worker);
        return worker;
    }

    private void failed(Throwable cause) {
        if (dead) {
            return;
        }
        if (!failureExpected) {
            throw world.invariants().violated("no member fails by itself", this, cause);
        }
        world.invariants().require(!failed, "a failure is told once", this);
        failed = true;
        world.ended(this);
    }

    /** Notes that the next failure is a fault of the simulation. */
    void expectFailure() {
        failureExpected = true;
    }

    SimulatedMember member() {
        return member;
    }

    SimulatedMachine machine() {
        return machine;
    }

    SimulatedClients clients() {
        return clients;
    }

    List<SimulatedWorker> workers() {
        return workers;
    }

    Seen seen() {
        return seen;
    }

    @Nullable
    RaftNode node() {
        return node;
    }

    @Nullable
    RaftCore core() {
        RaftNode running = node;
        return running == null ? null : running.core();
    }

    void listen(PeerTransport.@Nullable Receiver listener) {
        receiver = listener;
    }

    PeerTransport.@Nullable Receiver receiver() {
        return dead ? null : receiver;
    }

    void tick() {
        Runnable task = tick;
        if (task != null) {
            task.run();
        }
    }

    boolean isDead() {
        return dead;
    }

    boolean isFailed() {
        return failed;
    }

    boolean isRemoved() {
        return removed;
    }

    void noteRemoved() {
        removed = true;
    }

    void requireAlive() {
        if (dead) {
            throw new Crash();
        }
    }

    void die() {
        dead = true;
        workers.clear();
        clients.forget();
    }

    void close() {
        if (node != null) {
            node.close();
        }
    }

    void receiving(int more) {
        receiving += more;
    }

    /** Tells whether a thread of this member waits for its disk: then the process cannot end in peace. */
    boolean isBusy() {
        return receiving > 0 || workers.stream().anyMatch(SimulatedWorker::isCurrent);
    }

    /** Lets the process die in one of the calls to come. */
    void crashIn(int calls) {
        crashIn = calls;
    }

    /** Counts a call; returns true if the process dies in it. */
    boolean crashesNow() {
        return crashIn > 0 && --crashIn == 0;
    }

    @Override
    public String toString() {
        return "member " + member.id();
    }
}
