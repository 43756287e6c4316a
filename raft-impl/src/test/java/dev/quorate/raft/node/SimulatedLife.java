/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.core.RaftCore;
import dev.quorate.raft.simulation.SimulatedDisk;
import dev.quorate.raft.simulation.SimulatedLog;
import dev.quorate.raft.simulation.SimulatedProcess;
import dev.quorate.raft.spi.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A member from the start of its process to its end. What a dead one still does comes to nothing: its calls return, or
 * break off with {@link dev.quorate.raft.simulation.Crash}.
 */
final class SimulatedLife extends SimulatedProcess {
    private final SimulatedMember member;
    private final World world;
    private final SimulatedMachine machine;
    private final SimulatedClients clients;
    private final Seen seen = new Seen();
    private @Nullable RaftNode node;
    private @Nullable Runnable tick;
    private boolean failed;
    private boolean failureExpected;
    private boolean removed;

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
        super(member.id());
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
                new SimulatedLog(this, disk, world, world.invariants()),
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

    private void failed(Throwable cause) {
        if (isDead()) {
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

    void tick() {
        Runnable task = tick;
        if (task != null) {
            task.run();
        }
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

    @Override
    public void die() {
        super.die();
        clients.forget();
    }

    void close() {
        if (node != null) {
            node.close();
        }
    }

    @Override
    public void block() {
        world.block(this);
    }

    @Override
    public void crash() {
        world.crashed(this);
    }

    @Override
    public boolean failsNow() {
        return world.failsNow(this);
    }

    @Override
    public boolean refuses(long sender) {
        return machine.state().isRemoved(sender);
    }

    @Override
    public void touched() {
        world.invariants().observe(this);
    }
}
