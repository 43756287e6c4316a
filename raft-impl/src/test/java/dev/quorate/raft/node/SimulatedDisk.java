/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.SnapshotMark;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a log is on the disk. A write is a row of records; if the process dies meanwhile, or the write fails, any
 * number of them, from the first on, is there afterwards.
 */
final class SimulatedDisk {
    private final long memberId;
    private final List<Entry> entries = new ArrayList<>(); // behind the mark
    private SnapshotMark mark = SnapshotMark.NONE;
    private HardState state = HardState.EMPTY;
    private List<Runnable> underWay = List.of();

    SimulatedDisk(long memberId) {
        this.memberId = memberId;
    }

    long memberId() {
        return memberId;
    }

    SnapshotMark mark() {
        return mark;
    }

    HardState state() {
        return state;
    }

    List<Entry> entries() {
        return entries;
    }

    long lastIndex() {
        return mark.index() + entries.size();
    }

    /** Returns the term of an entry; -1 if it is not there. */
    long term(long index) {
        long at = index - mark.index();
        if (at == 0) {
            return mark.term();
        }
        return at < 0 || at > entries.size() ? -1 : entries.get((int) at - 1).term();
    }

    /** Tells whether an entry is there, or what has become of it. */
    boolean holds(long term, long index) {
        return index <= mark.index() || term(index) == term;
    }

    void put(Entry entry, Invariants invariants) {
        long at = entry.index() - mark.index();
        invariants.require(at > 0 && at <= entries.size() + 1, "a log has no gap", memberId, entry, lastIndex());
        entries.subList((int) at - 1, entries.size()).clear();
        invariants.written(entry, term(entry.index() - 1));
        entries.add(entry);
    }

    void put(HardState next, Invariants invariants) {
        boolean sameVote = state.vote() == 0 || next.vote() == state.vote();
        invariants.require(
                next.term() > state.term() || (next.term() == state.term() && sameVote),
                "term rises, and a vote is given once",
                memberId,
                state,
                next);
        state = next;
    }

    /** Notes a snapshot of this member's own state. */
    void note(SnapshotMark noted) {
        entries.subList(0, (int) (noted.index() - mark.index())).clear();
        mark = noted;
    }

    /** Notes the snapshot of another member, in place of all entries. */
    void install(SnapshotMark noted) {
        entries.clear();
        mark = noted;
    }

    void raise(SnapshotMark noted) {
        long vote = state.term() < noted.term() ? 0 : state.vote();
        state = new HardState(Math.max(state.term(), noted.term()), vote, Math.max(state.commit(), noted.index()));
    }

    void begin(List<Runnable> records) {
        underWay = records;
    }

    void finish() {
        keep(underWay.size());
    }

    /** Ends the write that is under way, if there is one, with some of its records. */
    void breakOff(World world) {
        if (!underWay.isEmpty()) {
            keep(world.dice(underWay.size() + 1));
        }
    }

    private void keep(int count) {
        List<Runnable> records = underWay;
        underWay = List.of();
        records.subList(0, count).forEach(Runnable::run);
    }
}
