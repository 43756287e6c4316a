/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.core.CoreView;
import dev.quorate.raft.core.RaftCore;
import dev.quorate.raft.core.Role;
import dev.quorate.raft.simulation.Rules;
import dev.quorate.raft.simulation.SimulatedDisk;
import dev.quorate.raft.simulation.SimulatedProcess;
import dev.quorate.raft.simulation.Violation;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.ConsensusStatus;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What must hold in a cluster at all times (Raft paper, figure 3; design, section 3), checked as the events come, each
 * in constant time. The first violation stays, since a node may catch what it is told by.
 */
final class Invariants implements Rules {
    private record At(long term, long index) {}

    private record TermOf(long member, long term) {}

    /** An entry that some disk has held, and the term of the one before it: so equal entries have equal logs behind. */
    private record Written(Entry entry, long termBefore) {}

    private final Map<Long, SimulatedMember> members; // by id
    private final History history = new History(this);
    private final Map<Long, Long> leaders = new HashMap<>(); // by term; looked up only, as the next two
    private final Map<TermOf, Long> votes = new HashMap<>();
    private final Map<At, Written> written = new HashMap<>();
    private final List<Long> committedTerms = new ArrayList<>(List.of(0L)); // of entry 0 and those behind
    private final TreeMap<Long, Long> committedByTerm = new TreeMap<>(); // the highest entry, by the leader's term
    private final List<Entry> chosen = new ArrayList<>(); // what was applied anywhere, from 1 on
    private final List<MachineState> states = new ArrayList<>(List.of(MachineState.EMPTY)); // behind these
    private final TreeMap<Long, ConfState> confStates = new TreeMap<>(Map.of(0L, ConfState.EMPTY));
    private @Nullable Violation first;

    Invariants(Map<Long, SimulatedMember> members) {
        this.members = members;
    }

    History history() {
        return history;
    }

    @Override
    public Violation violated(String rule, Object... values) {
        Violation violation = new Violation(rule, values);
        if (first == null) {
            first = violation;
        }
        return violation;
    }

    /** Throws the first violation, if there is one. */
    void check() {
        if (first != null) {
            throw first;
        }
    }

    long committed() {
        return committedTerms.size() - 1L;
    }

    long applied() {
        return chosen.size();
    }

    int leaders() {
        return leaders.size();
    }

    MachineState state(long index) {
        return states.get((int) index);
    }

    /** Notes what the first members find on their disks. */
    void bootstrap(List<Entry> entries) {
        for (Entry entry : entries) {
            committedTerms.add(entry.term());
        }
    }

    /** Log matching: an entry with the same index and term is the same everywhere, and so is what is before it. */
    @Override
    public void written(Entry entry, long termBefore) {
        Written before = written.putIfAbsent(new At(entry.term(), entry.index()), new Written(entry, termBefore));
        if (before != null
                && (before.termBefore() != termBefore || !before.entry().equals(entry))) {
            throw violated("logs are equal up to an equal entry", entry, termBefore, before);
        }
    }

    /** Looks at a member after each event. */
    void observe(SimulatedLife life) {
        RaftCore core = life.core();
        if (core == null || life.isDead()) {
            return;
        }
        SimulatedLife.Seen seen = life.seen();
        long commit = core.commitIndex();
        if (commit < seen.commit || core.term() < seen.term) {
            throw violated("commit index and term rise", life, commit, seen.commit, core.term(), seen.term);
        }
        boolean leads = core.role() == Role.LEADER;
        if (leads && core.term() > seen.ledTerm) {
            seen.ledTerm = core.term();
            leads(life, core);
        }
        if (commit > committed()) {
            require(leads, "a leader commits first", life, commit, committed());
            commit(life, core);
        }
        if (commit > seen.commit) {
            long term = CoreView.term(core, commit);
            require(
                    term == committedTerms.get((int) commit) || CoreView.isForgotten(core, commit),
                    "all commit the same",
                    life,
                    commit,
                    term);
        }
        long applied = core.appliedIndex();
        require(applied <= commit, "only what is committed is applied", life, applied, commit);
        if (applied != seen.applied || seen.confIndex < 0) {
            configured(life, core, applied);
        }
        seen.term = core.term();
        seen.commit = commit;
        seen.applied = applied;
    }

    /** One leader in a term, and it has all that was committed in earlier ones. */
    private void leads(SimulatedLife life, RaftCore core) {
        Long other = leaders.putIfAbsent(core.term(), life.member().id());
        require(other == null || other == life.member().id(), "one leader in a term", life, other, core.term());
        Map.Entry<Long, Long> before = committedByTerm.lowerEntry(core.term());
        if (before != null) {
            hasCommitted(life, core, before.getValue());
        }
    }

    private void hasCommitted(SimulatedLife life, RaftCore core, long index) {
        require(
                CoreView.isForgotten(core, index) || CoreView.term(core, index) == committedTerms.get((int) index),
                "a leader has what is committed",
                life,
                index,
                CoreView.term(core, index));
    }

    /** What a leader commits lies on the disks of a quorum, and later leaders have it. */
    private void commit(SimulatedLife life, RaftCore core) {
        long index = core.commitIndex();
        long term = CoreView.term(core, index);
        require(term == core.term(), "a leader commits by an entry of its term", life, index, term, core.term());
        boolean durable = isDurable(term, index, core.confState())
                || isDurable(
                        term, index, confStates.floorEntry(life.seen().applied).getValue());
        require(durable, "what is committed is durable on a quorum", life, index, core.confState());
        for (long i = committed() + 1; i <= index; i++) {
            committedTerms.add(CoreView.term(core, i));
        }
        committedByTerm.put(core.term(), index);
        for (SimulatedMember member : members.values()) {
            SimulatedLife other = member.life();
            RaftCore later = other == null ? null : other.core();
            if (other != null && later != null && later.role() == Role.LEADER && later.term() > core.term()) {
                hasCommitted(other, later, index);
            }
        }
    }

    private boolean isDurable(long term, long index, ConfState confState) {
        int holders = 0;
        for (long voter : confState.voters()) {
            SimulatedMember member = members.get(voter);
            if (member != null && member.disk().holds(term, index)) {
                holders++;
            }
        }
        return 2 * holders > confState.voters().size();
    }

    /** The configuration in force is that of the last applied entry. */
    private void configured(SimulatedLife life, RaftCore core, long applied) {
        SimulatedLife.Seen seen = life.seen();
        long index = confStates.floorKey(applied);
        boolean fresh = index != seen.confIndex || (++seen.looks & 63) == 0;
        if (fresh && !core.hasPendingSnapshot()) {
            ConfState expected = confStates.get(index);
            require(
                    expected != null && core.confState().isEquivalent(expected),
                    "the configuration is that of the last applied entry",
                    life,
                    applied,
                    core.confState(),
                    String.valueOf(expected));
            seen.confIndex = index;
        }
    }

    /** All apply the same, and only what is committed. */
    void applied(SimulatedLife life, Entry entry, MachineState state) {
        long index = entry.index();
        require(index <= committed(), "only what is committed is applied", life, entry, committed());
        SimulatedDisk disk = life.member().disk();
        require(disk.holds(entry.term(), index), "what is applied is durable here", life, entry);
        if (index == chosen.size() + 1) {
            require(entry.term() == committedTerms.get((int) index), "what is applied was committed", life, entry);
            if (MachineState.isCommand(entry)) {
                history.chosen(entry);
            }
            if (!state.confState().equals(states.get(states.size() - 1).confState())) {
                confStates.put(index, state.confState());
            }
            chosen.add(entry);
            states.add(state);
        } else {
            Entry other = chosen.get((int) index - 1);
            require(other.equals(entry), "all apply the same", life, entry, other);
            require(state(index).hash() == state.hash(), "states are equal at an equal entry", life, state);
        }
    }

    /** A state that comes from another member is that of the entry that it is said to be of. */
    void installed(long memberId, SnapshotMark mark, MachineState state) {
        MachineState expected = state(mark.index());
        require(
                state.equals(expected)
                        && mark.term() == state.term()
                        && mark.confState().isEquivalent(state.confState()),
                "a snapshot is the state at its entry",
                memberId,
                mark,
                state,
                expected);
    }

    /** The log is cut only below what storage has made durable. */
    @Override
    public void noted(SimulatedProcess process, SnapshotMark mark) {
        SimulatedLife life = (SimulatedLife) process;
        require(
                mark.index() <= life.member().store().durable().index(),
                "the log is cut below what storage holds for good",
                life,
                mark,
                life.member().store().durable());
        ConfState expected = confStates.floorEntry(mark.index()).getValue();
        require(
                mark.confState().isEquivalent(expected)
                        && mark.term() == state(mark.index()).term(),
                "the log notes the state at its entry",
                life,
                mark,
                expected);
    }

    @Override
    public void vouches(SimulatedProcess process, Snapshot snapshot) {
        require(
                ((SimulatedLife) process).member().store().received(snapshot.index()) != null,
                "a state is taken in before the log vouches for it",
                process,
                snapshot);
    }

    @Override
    public void repeats(Message message) {
        if (message.type() == MessageType.PROPOSE) {
            for (Entry entry : message.entries()) {
                if (entry.type() == EntryType.NORMAL && !entry.data().isEmpty()) {
                    history.repeated(entry);
                }
            }
        }
    }

    /** What is shown to others fits together. */
    void shown(SimulatedLife life, ConsensusStatus status) {
        require(
                status.appliedIndex() <= status.commitIndex() && status.commitIndex() <= status.lastIndex(),
                "applied, commit and last index are in order",
                life,
                status);
    }

    /** What a member says, it must be able to keep through a crash. */
    @Override
    public void sends(SimulatedProcess process, Message message) {
        SimulatedLife life = (SimulatedLife) process;
        SimulatedDisk disk = life.member().disk();
        HardState state = disk.state();
        switch (message.type()) {
            case APPEND_RESPONSE ->
                require(
                        message.term() <= state.term()
                                && (message.reject()
                                        // In a later term they may have been replaced, by a leader that rules them out.
                                        || message.term() < state.term()
                                        || message.index() <= disk.lastIndex()),
                        "entries are acknowledged only when they are durable",
                        life,
                        message,
                        state);
            case VOTE_RESPONSE -> {
                require(
                        message.term() <= state.term()
                                && (message.reject() || state.term() > message.term() || state.vote() == message.to()),
                        "a vote leaves only when it is durable",
                        life,
                        message,
                        state);
                if (!message.reject()) {
                    Long before = votes.putIfAbsent(new TermOf(message.from(), message.term()), message.to());
                    require(before == null || before == message.to(), "one vote in a term", life, message);
                }
            }
            case VOTE ->
                require(
                        message.term() < state.term()
                                || (message.term() == state.term()
                                        && state.vote() == life.member().id()),
                        "a candidate asks only when its own vote is durable",
                        life,
                        message,
                        state);
            case APPEND, HEARTBEAT, SNAPSHOT, TIMEOUT_NOW ->
                require(message.term() <= state.term(), "a term is led only when it is durable", life, message, state);
            default -> {}
        }
    }
}
