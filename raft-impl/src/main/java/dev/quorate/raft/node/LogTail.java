/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.core.EntryWindow;
import dev.quorate.raft.core.LogStorage;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The end of the durable log, held in memory for the core: entries from some applied one on, and of those before it the
 * terms and configurations as far back as the last snapshot. Confined to whoever runs the mailbox.
 */
final class LogTail implements LogStorage {
    private final HardState hardState;
    private final ConfState startConfState;
    private final EntryWindow entries;
    private final TreeMap<Long, Long> termsByFirstIndex = new TreeMap<>();
    private final TreeMap<Long, ConfState> confStatesByIndex = new TreeMap<>();

    /** Takes up what the log holds: a snapshot and the entries behind it. */
    LogTail(SnapshotMark snapshot, List<Entry> behind, HardState state) {
        hardState = state;
        startConfState = snapshot.confState();
        entries = new EntryWindow(snapshot.index() + 1);
        termsByFirstIndex.put(snapshot.index(), snapshot.term());
        confStatesByIndex.put(snapshot.index(), snapshot.confState());
        append(behind);
    }

    /** Takes entries that are durable now; they replace those from the first of them on. */
    void append(List<Entry> more) {
        if (more.isEmpty()) {
            return;
        }
        termsByFirstIndex.tailMap(more.get(0).index(), true).clear();
        long term = termsByFirstIndex.lastEntry().getValue();
        for (int i = 0; i < more.size(); i++) {
            Entry entry = more.get(i);
            if (entry.term() != term) {
                term = entry.term();
                termsByFirstIndex.put(entry.index(), term);
            }
        }
        entries.append(more);
    }

    /** Notes which configuration an applied entry has put in force. */
    void noteConfState(long index, ConfState confState) {
        confStatesByIndex.put(index, confState);
    }

    /** Lets go of entries that are applied. */
    void release(long index) {
        entries.dropBefore(index + 1);
    }

    /** Describes the state at an applied entry that is not before the last snapshot, and forgets what was before it. */
    SnapshotMark snapshotAt(long index) {
        long term = term(index);
        ConfState confState = confStatesByIndex.floorEntry(index).getValue();
        termsByFirstIndex.headMap(index, true).clear();
        termsByFirstIndex.put(index, term);
        confStatesByIndex.headMap(index, true).clear();
        confStatesByIndex.put(index, confState);
        return new SnapshotMark(index, term, confState);
    }

    @Override
    public HardState hardState() {
        return hardState;
    }

    @Override
    public ConfState confState() {
        return startConfState;
    }

    @Override
    public long firstIndex() {
        return entries.firstIndex();
    }

    @Override
    public long lastIndex() {
        return entries.endIndexExclusive() - 1;
    }

    @Override
    public long term(long index) {
        if (index > lastIndex()) {
            return UNAVAILABLE;
        }
        var term = termsByFirstIndex.floorEntry(index);
        return term == null ? COMPACTED : term.getValue();
    }

    @Override
    public @Nullable List<Entry> entries(long from, long endExclusive, long bytesMax) {
        return from < firstIndex() ? null : entries.slice(from, endExclusive, bytesMax);
    }

    @Override
    public @Nullable Snapshot snapshot() {
        return null; // a group of one has nobody to send it to
    }
}
