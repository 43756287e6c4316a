/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.simulation;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.SnapshotMark;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a log is on the disk. A write is a row of records; if the process dies meanwhile, or the write fails, any
 * number of them, from the first on, is there afterwards.
 */
public final class SimulatedDisk {
    private final long memberId;
    private final List<Entry> entries = new ArrayList<>(); // behind the mark
    private SnapshotMark mark = SnapshotMark.NONE;
    private HardState state = HardState.EMPTY;
    private List<Runnable> underWay = List.of();

    /**
     * Makes an empty one.
     *
     * @param memberId whose it is
     */
    public SimulatedDisk(long memberId) {
        this.memberId = memberId;
    }

    /**
     * Returns the member.
     *
     * @return its id
     */
    public long memberId() {
        return memberId;
    }

    /**
     * Returns behind what the log begins.
     *
     * @return the snapshot
     */
    public SnapshotMark mark() {
        return mark;
    }

    /**
     * Returns the hard state.
     *
     * @return the state
     */
    public HardState state() {
        return state;
    }

    /**
     * Returns what is behind the snapshot.
     *
     * @return the entries
     */
    public List<Entry> entries() {
        return entries;
    }

    /**
     * Returns where the log ends.
     *
     * @return index of the last entry
     */
    public long lastIndex() {
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

    /**
     * Tells whether an entry is there, or what has become of it.
     *
     * @param term its term
     * @param index its index
     * @return true if it is
     */
    public boolean holds(long term, long index) {
        return index <= mark.index() || term(index) == term;
    }

    /**
     * Adds an entry, in place of those from its index on.
     *
     * @param entry the entry
     * @param rules what must hold
     */
    public void put(Entry entry, Rules rules) {
        long at = entry.index() - mark.index();
        rules.require(at > 0 && at <= entries.size() + 1, "a log has no gap", memberId, entry, lastIndex());
        entries.subList((int) at - 1, entries.size()).clear();
        rules.written(entry, term(entry.index() - 1));
        entries.add(entry);
    }

    /**
     * Replaces the hard state.
     *
     * @param next the state
     * @param rules what must hold
     */
    public void put(HardState next, Rules rules) {
        boolean sameVote = state.vote() == 0 || next.vote() == state.vote();
        rules.require(
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

    /**
     * Ends the write that is under way, if there is one, with some of its records.
     *
     * @param chance how many
     */
    public void breakOff(Chance chance) {
        if (!underWay.isEmpty()) {
            keep(chance.dice(underWay.size() + 1));
        }
    }

    private void keep(int count) {
        List<Runnable> records = underWay;
        underWay = List.of();
        records.subList(0, count).forEach(Runnable::run);
    }
}
