/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apiguardian.api.API;

/**
 * The protocol state of one member: a machine that is stepped. It does nothing by itself and knows no time, disk or
 * thread.
 *
 * <p>Inputs are proposals and the acknowledgements of storage; the output is {@link #ready}: what to append and what to
 * apply. Both go on at the same time, as the asynchronous storage writes of etcd's Raft: what is handed out is
 * acknowledged later ({@link #appended}, {@link #applied}), and more may be handed out meanwhile.
 *
 * <p>This is the core of a group of one: it votes for itself, and what it has made durable is committed. Invariant:
 * applied ≤ handed out for applying ≤ commit ≤ durable ≤ last. Not thread-safe.
 *
 * <p>Source: Raft paper, section 5; etcd-io/raft v3.7.0, {@code rawnode.go}, {@code raft.go}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class RaftCore {
    private final long memberId;
    private long term;
    private long vote;
    private boolean leading;
    private long termStart = Long.MAX_VALUE; // the entry by which this leader began
    private long lastIndex;
    private long durableIndex;
    private long commitIndex;
    private long handedOut;
    private long appliedIndex;
    private List<Entry> unstable = new ArrayList<>();
    private final EntryWindow window = new EntryWindow();
    private final TreeMap<Long, Long> termsByFirstIndex = new TreeMap<>();

    /**
     * Takes up the state that a log holds.
     *
     * @param memberId this member, the only voter
     * @param state the hard state
     * @param entries entries of the log behind {@code appliedIndex}, without a gap
     * @param lastIndex last entry of the log
     * @param appliedIndex last entry that was applied; not above {@code lastIndex}
     */
    public RaftCore(long memberId, HardState state, List<Entry> entries, long lastIndex, long appliedIndex) {
        if (appliedIndex > lastIndex || lastIndex - appliedIndex != entries.size()) {
            throw new IllegalArgumentException("the log ends at " + lastIndex + " and " + appliedIndex
                    + " is applied, but " + entries.size() + " entries are to be applied");
        }
        this.memberId = memberId;
        this.term = state.term();
        this.vote = state.vote();
        this.lastIndex = lastIndex;
        this.durableIndex = lastIndex;
        this.commitIndex = Math.max(Math.min(state.commit(), lastIndex), appliedIndex);
        this.handedOut = appliedIndex;
        this.appliedIndex = appliedIndex;
        window.addAll(entries);
        entries.forEach(this::noteTerm);
    }

    private void noteTerm(Entry entry) {
        Map.Entry<Long, Long> last = termsByFirstIndex.lastEntry();
        if (last == null || last.getValue() != entry.term()) {
            termsByFirstIndex.put(entry.index(), entry.term());
        }
    }

    /** Stands for election, and wins it: there is nobody else. The entry by which a leader begins is appended. */
    public void campaign() {
        term++;
        vote = memberId;
        leading = true;
        append(EntryType.NORMAL, Bytes.EMPTY);
        termStart = lastIndex;
    }

    /**
     * Appends a proposal.
     *
     * @param type what it is
     * @param data its data
     * @return whether it was taken; only a leader takes it
     */
    public boolean propose(EntryType type, Bytes data) {
        if (!leading) {
            return false;
        }
        append(type, data);
        return true;
    }

    private void append(EntryType type, Bytes data) {
        Entry entry = new Entry(term, ++lastIndex, type, data);
        unstable.add(entry);
        window.add(entry);
        noteTerm(entry);
    }

    /**
     * Takes the acknowledgement that the log holds everything up to an entry for good.
     *
     * @param index the entry
     */
    public void appended(long index) {
        if (index > lastIndex || index < durableIndex) {
            throw new IllegalStateException(
                    "entry " + index + " became durable; durable was " + durableIndex + ", last is " + lastIndex);
        }
        durableIndex = index;
        if (leading && index >= termStart) {
            commitIndex = index; // a quorum of one; an entry of an older term is committed by one of this term only
        }
    }

    /**
     * Takes the acknowledgement that everything up to an entry is applied.
     *
     * @param index the entry
     */
    public void applied(long index) {
        if (index > handedOut || index < appliedIndex) {
            throw new IllegalStateException(
                    "entry " + index + " was applied; applied was " + appliedIndex + ", handed out was " + handedOut);
        }
        appliedIndex = index;
    }

    /**
     * Hands out what there is to do. What was handed out is not handed out again.
     *
     * @param applyEntriesMax most entries to apply at once
     * @param applyBytesMax from so many bytes on no further entry is added
     * @return the work; may be empty
     */
    public Ready ready(int applyEntriesMax, long applyBytesMax) {
        List<Entry> append = unstable;
        if (!append.isEmpty()) {
            unstable = new ArrayList<>();
        }
        List<Entry> apply = window.take(commitIndex, applyEntriesMax, applyBytesMax);
        if (!apply.isEmpty()) {
            handedOut = apply.get(apply.size() - 1).index();
        }
        return new Ready(append, apply);
    }

    /**
     * Returns what has to be in the log with the entries handed out.
     *
     * @return term, vote and commit
     */
    public HardState hardState() {
        return new HardState(term, vote, commitIndex);
    }

    /**
     * Returns the index that a linearizable read has to wait for.
     *
     * @return the last applied entry, since in a group of one nothing is answered before it is applied; -1 as long as
     *     no entry of the current term is committed
     */
    public long readIndex() {
        return leading && commitIndex >= termStart ? appliedIndex : -1;
    }

    /**
     * Returns the term of an entry.
     *
     * @param index an entry that this core was given or made
     * @return its term; empty if it is older
     */
    public OptionalLong termOf(long index) {
        Map.Entry<Long, Long> term = termsByFirstIndex.floorEntry(index);
        return term == null || index > lastIndex ? OptionalLong.empty() : OptionalLong.of(term.getValue());
    }

    /**
     * Tells whether this member leads.
     *
     * @return true after {@link #campaign}
     */
    public boolean isLeader() {
        return leading;
    }

    /**
     * Returns the current term.
     *
     * @return the term
     */
    public long term() {
        return term;
    }

    /**
     * Returns the last entry.
     *
     * @return its index
     */
    public long lastIndex() {
        return lastIndex;
    }

    /**
     * Returns the last committed entry.
     *
     * @return its index
     */
    public long commitIndex() {
        return commitIndex;
    }

    /**
     * Returns the last applied entry.
     *
     * @return its index
     */
    public long appliedIndex() {
        return appliedIndex;
    }
}
