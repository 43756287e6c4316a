/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.simulation;

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
public final class SimulatedLog implements RaftLog {
    private final SimulatedProcess process;
    private final SimulatedDisk disk;
    private final Chance chance;
    private final Rules rules;
    private boolean failed;
    private boolean closed;

    /**
     * Opens the log.
     *
     * @param process who writes
     * @param disk where
     * @param chance what is left of a write that fails
     * @param rules what must hold
     */
    public SimulatedLog(SimulatedProcess process, SimulatedDisk disk, Chance chance, Rules rules) {
        this.process = process;
        this.disk = disk;
        this.chance = chance;
        this.rules = rules;
    }

    private void write(List<Runnable> records) {
        process.requireAlive();
        rules.require(!failed, "nothing is written after a write has failed", process);
        rules.require(!closed, "nothing is written to a log that is closed", process);
        disk.begin(records);
        process.block();
        process.requireAlive();
        if (process.failsNow()) {
            failed = true;
            disk.breakOff(chance);
            throw new UncheckedIOException(new IOException("the disk has failed"));
        }
        disk.finish();
    }

    @Override
    public void append(List<Entry> entries, HardState state) {
        List<Runnable> records = new ArrayList<>(entries.size() + 1);
        HardState noted = disk.state();
        for (Entry entry : entries) {
            HardState ahead = state.ahead(entry, noted);
            if (!ahead.equals(noted)) {
                records.add(() -> disk.put(ahead, rules));
                noted = ahead;
            }
            records.add(() -> disk.put(entry, rules));
        }
        if (!state.equals(noted)) {
            records.add(() -> disk.put(state, rules));
        }
        write(records);
    }

    @Override
    public void snapshot(SnapshotMark mark) {
        rules.noted(process, mark);
        write(List.of(() -> disk.note(mark), () -> disk.raise(mark)));
    }

    @Override
    public void install(Snapshot snapshot) {
        rules.vouches(process, snapshot);
        write(List.of(() -> disk.install(snapshot.mark()), () -> disk.raise(snapshot.mark())));
    }

    @Override
    public void release(long index) {
        rules.require(index <= disk.mark().index(), "the log is cut below its last snapshot", process, index);
    }

    @Override
    public void close() {
        closed = true;
    }
}
