/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.simulation.SimulatedDisk;
import dev.quorate.raft.simulation.SimulatedHost;
import dev.quorate.raft.spi.SnapshotMark;
import org.jspecify.annotations.Nullable;

/** A member: what its disk holds through all of its lives, and the present life. */
final class SimulatedMember implements SimulatedHost {
    private final long id;
    private final SimulatedDisk disk;
    private final SimulatedStore store = new SimulatedStore();
    private @Nullable SimulatedLife life;
    private boolean paused;
    private boolean retired;

    SimulatedMember(long id) {
        this.id = id;
        disk = new SimulatedDisk(id);
    }

    @Override
    public long id() {
        return id;
    }

    SimulatedDisk disk() {
        return disk;
    }

    SimulatedStore store() {
        return store;
    }

    /** Returns the present life, null while the process is down. */
    @Override
    public @Nullable SimulatedLife life() {
        return life;
    }

    @Override
    public boolean isPaused() {
        return paused;
    }

    void paused(boolean pause) {
        paused = pause;
    }

    boolean isRetired() {
        return retired;
    }

    /** Notes that no life comes after this one: the member was removed. */
    void retire() {
        retired = true;
    }

    /** Begins a life with what the disk holds. */
    void start(World world, SimulatedMemberSettings settings) {
        SnapshotMark mark = disk.mark();
        if (mark.index() > store.latest().index()) {
            install(mark, world.invariants()); // died between the log's note and the installation
        }
        paused = false;
        SimulatedLife next = new SimulatedLife(this, world);
        life = next;
        next.start(settings);
    }

    void install(SnapshotMark mark, Invariants invariants) {
        MachineState received = store.received(mark.index());
        if (received == null) {
            throw invariants.violated("what the log begins behind is in storage", id, mark, store.latest());
        }
        invariants.installed(id, mark, received);
        store.replace(received);
    }

    /** The process dies. */
    void crash(World world) {
        SimulatedLife dying = life;
        if (dying != null) {
            life = null;
            dying.die();
            disk.breakOff(world);
            store.crash(world);
        }
    }

    /** The process ends as it should. */
    void stop(World world) {
        SimulatedLife ending = life;
        if (ending != null) {
            ending.close();
            crash(world);
        }
    }
}
