/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import dev.quorate.raft.simulation.Crash;
import dev.quorate.raft.simulation.SimulatedDisk;
import dev.quorate.raft.simulation.SimulatedHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A member: what its disk holds through all of its processes, and the present one. */
final class ServerMember implements SimulatedHost {
    private final long id;
    private final SimulatedDisk disk;
    private final SimulatedStorage storage = new SimulatedStorage();
    private final MemberClock clock;
    private final Path folder; // of states that leaders send
    private @Nullable ServerProcess life;
    private boolean paused;
    private boolean retired;

    ServerMember(long id, ServerWorld world, Path parent) {
        this.id = id;
        disk = new SimulatedDisk(id);
        int drift = world.dice(2 * MemberClock.DRIFT_PER_MILLE_MAX + 1) - MemberClock.DRIFT_PER_MILLE_MAX;
        clock = new MemberClock(world::nanos, (world.dice(2000) - 1000) * 1_000_000_000L, drift);
        folder = parent.resolve(Long.toHexString(id));
        try {
            Files.createDirectory(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public @Nullable ServerProcess life() {
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

    /** Notes that no process comes after this one: the member was removed. */
    void retire() {
        retired = true;
    }

    SimulatedDisk disk() {
        return disk;
    }

    SimulatedStorage storage() {
        return storage;
    }

    MemberClock clock() {
        return clock;
    }

    Path folder() {
        return folder;
    }

    void start(ServerWorld world, ServerSettings settings) {
        paused = false;
        ServerProcess next = new ServerProcess(this, world);
        life = next;
        if (world.dice(8) == 0) {
            next.crashIn(1 + world.dice(6)); // while it makes good what the last one has left
        }
        try {
            next.start(settings);
        } catch (Crash e) {
            if (!next.isDead()) {
                throw e;
            }
        }
    }

    /** The process dies. */
    void crash(ServerWorld world) {
        ServerProcess dying = life;
        if (dying != null) {
            life = null;
            dying.die();
            disk.breakOff(world);
            storage.crash(world);
        }
    }

    /** The process ends as it should. */
    void stop(ServerWorld world) {
        ServerProcess ending = life;
        if (ending != null) {
            ending.close();
            crash(world);
        }
    }
}
