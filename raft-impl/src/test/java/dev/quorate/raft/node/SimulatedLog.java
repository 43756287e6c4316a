/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.RaftLog;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The log of a member in one of its lives. */
final class SimulatedLog implements RaftLog {
    private final SimulatedLife life;
    private final SimulatedDisk disk;
    private final World world;
    private final Invariants invariants;
    private boolean failed;
    private boolean closed;

    SimulatedLog(SimulatedLife life, World world) {
        this.life = life;
        this.world = world;
        disk = life.member().disk();
        invariants = world.invariants();
    }

    private void write(List<Runnable> records) {
        life.requireAlive();
        invariants.require(!failed, "nothing is written after a write has failed", life);
        invariants.require(!closed, "nothing is written to a log that is closed", life);
        disk.begin(records);
        world.block(life);
        life.requireAlive();
        if (world.failsNow(life)) {
            failed = true;
            disk.breakOff(world);
            throw new UncheckedIOException(new IOException("the disk has failed"));
        }
        disk.finish();
    }

    @Override
    public void append(List<Entry> entries, HardState state) {
        List<Runnable> records = new ArrayList<>(entries.size() + 1);
        for (Entry entry : entries) {
            records.add(() -> disk.put(entry, invariants));
        }
        if (!state.equals(disk.state())) {
            records.add(() -> disk.put(state, invariants));
        }
        write(records);
    }

    @Override
    public void snapshot(SnapshotMark mark) {
        invariants.noted(life, mark);
        write(List.of(() -> disk.note(mark), () -> disk.raise(mark)));
    }

    @Override
    public void install(Snapshot snapshot) {
        invariants.require(
                life.member().store().received(snapshot.index()) != null,
                "a state is taken in before the log vouches for it",
                life,
                snapshot);
        write(List.of(() -> disk.install(snapshot.mark()), () -> disk.raise(snapshot.mark())));
    }

    @Override
    public void release(long index) {
        invariants.require(index <= disk.mark().index(), "the log is cut below its last snapshot", life, index);
    }

    @Override
    public void close() {
        closed = true;
    }
}
