/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.api.bytes.Bytes;
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
 * The end of the durable log, held in memory for the core: entries that are not applied, and before them those that
 * other members may still need; and of all since the last snapshot the terms and configurations. Confined to whoever
 * runs the mailbox.
 */
final class LogTail implements LogStorage {
    private final HardState hardState;
    private final ConfState startConfState;
    private EntryWindow entries;
    private long bytes; // of the data of these entries
    private final TreeMap<Long, Long> termsByFirstIndex = new TreeMap<>();
    private final TreeMap<Long, ConfState> confStatesByIndex = new TreeMap<>();
    private long snapshotIndex;
    private long applied;

    /**
     * Takes up what the log holds.
     *
     * @param snapshot its last snapshot
     * @param behind the entries behind that
     * @param state its hard state
     * @param applied last entry that storage holds the effect of
     * @param confState the configuration there
     */
    LogTail(SnapshotMark snapshot, List<Entry> behind, HardState state, long applied, ConfState confState) {
        hardState = state;
        startConfState = confState;
        entries = new EntryWindow(snapshot.index() + 1);
        snapshotIndex = snapshot.index();
        this.applied = applied;
        termsByFirstIndex.put(snapshot.index(), snapshot.term());
        confStatesByIndex.put(snapshot.index(), snapshot.confState());
        confStatesByIndex.put(applied, confState);
        append(behind);
    }

    /** Takes entries that are durable now; they replace those from the first of them on. */
    void append(List<Entry> more) {
        if (more.isEmpty()) {
            return;
        }
        long first = more.get(0).index();
        for (long i = first; i <= lastIndex(); i++) {
            bytes -= entries.get(i).data().length();
        }
        termsByFirstIndex.tailMap(first, true).clear();
        long term = termsByFirstIndex.lastEntry().getValue();
        for (int i = 0; i < more.size(); i++) {
            Entry entry = more.get(i);
            bytes += entry.data().length();
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

    /**
     * Notes how far entries are applied, and lets go of those that are not needed.
     *
     * @param index last entry that is applied
     * @param needed applied ones are kept for others from here on
     * @param bytesMax and how many bytes of them at most
     */
    void applied(long index, long needed, long bytesMax) {
        applied = index;
        long first = Math.max(firstIndex(), needed);
        long dropped = 0;
        for (long i = firstIndex(); i < first; i++) {
            dropped += entries.get(i).data().length();
        }
        for (; first <= index && bytes - dropped > bytesMax; first++) {
            dropped += entries.get(first).data().length();
        }
        bytes -= dropped;
        entries.dropBefore(first);
        forgetTerms();
    }

    /** Terms are known back to the last snapshot, and back to the entry before the first one that is held. */
    private void forgetTerms() {
        long needed = Math.min(snapshotIndex, firstIndex() - 1);
        if (termsByFirstIndex.firstKey() < needed) {
            long term = term(needed);
            termsByFirstIndex.headMap(needed, true).clear();
            termsByFirstIndex.put(needed, term);
        }
    }

    /** Describes the state at an applied entry that is not before the last snapshot, and forgets what was before it. */
    SnapshotMark snapshotAt(long index) {
        SnapshotMark mark = markAt(index);
        snapshotIndex = index;
        forgetTerms();
        confStatesByIndex.headMap(index, true).clear();
        confStatesByIndex.put(index, mark.confState());
        return mark;
    }

    private SnapshotMark markAt(long index) {
        return new SnapshotMark(
                index, term(index), confStatesByIndex.floorEntry(index).getValue());
    }

    /** Begins anew behind a snapshot that has come from the leader. */
    void install(SnapshotMark mark) {
        entries = new EntryWindow(mark.index() + 1);
        bytes = 0;
        snapshotIndex = mark.index();
        applied = mark.index();
        termsByFirstIndex.clear();
        termsByFirstIndex.put(mark.index(), mark.term());
        confStatesByIndex.clear();
        confStatesByIndex.put(mark.index(), mark.confState());
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

    /** The state itself is fixed later, when it is about to be sent, and is not older than this. */
    @Override
    public @Nullable Snapshot snapshot() {
        return applied == 0 ? null : new Snapshot(markAt(applied), Bytes.EMPTY);
    }
}
