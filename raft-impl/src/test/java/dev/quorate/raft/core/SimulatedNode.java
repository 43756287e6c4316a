/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A member of a simulated cluster. What its disk holds survives a crash; what was handed to the disk and not written,
 * and the state machine, do not: the state is applied anew from the last snapshot.
 */
final class SimulatedNode {
    private final RaftSettings settings;
    private final Random random;
    private final Deque<Message> appendWork = new ArrayDeque<>();
    private final Deque<Message> applyWork = new ArrayDeque<>();
    private final TreeMap<Long, ConfState> confStates = new TreeMap<>();
    private MemoryStorage storage = new MemoryStorage(this::snapshot);
    private Snapshot snapshot;
    private long applied;
    private long handedSnapshotIndex; // the core has its configuration from there
    private @Nullable RaftCore core;

    SimulatedNode(RaftSettings settings, Snapshot start, Random random) {
        this.settings = settings;
        this.random = random;
        snapshot = start;
        storage.applySnapshot(start);
    }

    long id() {
        return settings.nodeId();
    }

    private Snapshot snapshot() {
        return snapshot;
    }

    MemoryStorage storage() {
        return storage;
    }

    @Nullable
    RaftCore core() {
        return core;
    }

    Deque<Message> appendWork() {
        return appendWork;
    }

    Deque<Message> applyWork() {
        return applyWork;
    }

    long applied() {
        return applied;
    }

    long snapshotIndex() {
        return snapshot.index();
    }

    /** Notes that a snapshot is on its way to the disk. */
    void snapshotHandedOut(long index) {
        handedSnapshotIndex = index;
    }

    void crash() {
        core = null;
        appendWork.clear();
        applyWork.clear();
    }

    void start() {
        MemoryStorage disk = new MemoryStorage(this::snapshot);
        disk.applySnapshot(snapshot);
        List<Entry> entries = storage.entries(storage.firstIndex(), storage.lastIndex() + 1, EntrySizes.UNLIMITED);
        disk.append(entries == null ? List.of() : entries);
        HardState state = storage.hardState();
        disk.hardState(new HardState(state.term(), state.vote(), Math.max(state.commit(), snapshot.index())));
        storage = disk;
        applied = snapshot.index();
        handedSnapshotIndex = applied;
        confStates.clear();
        confStates.put(applied, snapshot.mark().confState());
        core = new RaftCore(settings, storage, applied, random::nextInt, TraceListener.NONE);
    }

    /** Writes what was handed over first. Returns what may be delivered therefore. */
    List<Message> write() {
        Message work = appendWork.remove();
        if (work.term() != 0) {
            storage.hardState(new HardState(work.term(), work.vote(), work.commit()));
        }
        if (work.snapshot() != null) {
            snapshot = work.snapshot();
            storage.applySnapshot(snapshot);
            applied = snapshot.index();
            confStates.clear();
            confStates.put(applied, snapshot.mark().confState());
        }
        storage.append(work.entries());
        return work.responses();
    }

    /** Applies what was handed over first. Returns the entries that are new. */
    List<Entry> apply(RaftCore running) {
        Message work = applyWork.remove();
        List<Entry> fresh = new ArrayList<>();
        for (Entry entry : work.entries()) {
            if (entry.index() <= applied) {
                continue; // a snapshot was installed meanwhile
            }
            if (entry.index() != applied + 1) {
                throw new IllegalStateException("entry " + entry.index() + " is applied behind " + applied);
            }
            applied = entry.index();
            fresh.add(entry);
            if (entry.type() != EntryType.NORMAL && applied > handedSnapshotIndex) {
                confStates.put(applied, running.applyConfChange(Describe.change(entry)));
            }
        }
        work.responses().forEach(running::step);
        return fresh;
    }

    /** Takes a snapshot at an applied entry, and forgets the log up to it. */
    void compact(long index) {
        ConfState confState = confStates.floorEntry(index).getValue();
        snapshot = new Snapshot(new SnapshotMark(index, storage.term(index), confState), Bytes.EMPTY);
        storage.compact(index);
    }
}
