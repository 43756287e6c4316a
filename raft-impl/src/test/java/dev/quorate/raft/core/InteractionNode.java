/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.ConfChangeV2;
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
import org.jspecify.annotations.Nullable;

/** A member of the group of a script: a core, its storage, and a state machine that strings commands together. */
final class InteractionNode {
    private final RaftSettings settings;
    private final MemoryStorage storage;
    private final RaftCore core;
    private final Deque<Message> appendWork = new ArrayDeque<>();
    private final Deque<Message> applyWork = new ArrayDeque<>();
    private final List<Snapshot> history = new ArrayList<>(); // the state after each entry; the last one is sent

    InteractionNode(RaftSettings settings, Snapshot start) {
        this.settings = settings;
        storage = new MemoryStorage(this::lastSnapshot);
        if (!start.equals(Snapshot.NONE)) {
            storage.applySnapshot(start);
        }
        history.add(start);
        core = new RaftCore(settings, storage, start.index(), bound -> 0, TraceListener.NONE);
    }

    RaftSettings settings() {
        return settings;
    }

    MemoryStorage storage() {
        return storage;
    }

    RaftCore core() {
        return core;
    }

    Deque<Message> appendWork() {
        return appendWork;
    }

    Deque<Message> applyWork() {
        return applyWork;
    }

    Snapshot lastSnapshot() {
        return history.get(history.size() - 1);
    }

    void store(@Nullable HardState state, List<Entry> entries, @Nullable Snapshot snapshot) {
        if (state != null && !state.equals(HardState.EMPTY)) {
            storage.hardState(state);
        }
        if (snapshot == null || snapshot.isEmpty()) {
            storage.append(entries);
        } else if (entries.isEmpty()) {
            storage.applySnapshot(snapshot);
        } else {
            throw new ScriptException("can't apply snapshot and entries at the same time");
        }
    }

    void apply(List<Entry> entries) {
        for (Entry entry : entries) {
            Bytes update = entry.data();
            ConfState confState = lastSnapshot().mark().confState();
            if (entry.type() == EntryType.CONF_CHANGE) {
                ConfChange change = ConfChange.decode(entry.data());
                update = change.context();
                confState = core.applyConfChange(change.toV2());
            } else if (entry.type() == EntryType.CONF_CHANGE_V2) {
                ConfChangeV2 change = ConfChangeV2.decode(entry.data());
                update = change.context();
                confState = core.applyConfChange(change);
            }
            history.add(new Snapshot(
                    new SnapshotMark(entry.index(), entry.term(), confState),
                    lastSnapshot().data().concat(update)));
        }
    }
}
