/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What must hold in a cluster at all times (Raft paper, figure 3), checked as the events come. Throws
 * {@link IllegalStateException} where it does not.
 */
final class Invariants {
    private record TermOf(long node, long term) {}

    private final List<SimulatedNode> nodes;
    private final Map<Long, Long> leaderByTerm = new HashMap<>();
    private final Map<TermOf, Long> votes = new HashMap<>();
    private final List<Entry> chosen = new ArrayList<>(); // the entries that were applied anywhere, from 2 on
    private final Map<Long, Long> commits = new HashMap<>();
    private final Map<Long, Long> terms = new HashMap<>(); // of durable hard states: these never sink, nor in a crash
    private long committed = 1;
    private int reads;

    Invariants(List<SimulatedNode> nodes) {
        this.nodes = nodes;
    }

    long committed() {
        return committed;
    }

    int leaders() {
        return leaderByTerm.size();
    }

    int reads() {
        return reads;
    }

    private static void require(boolean holds, String rule, Object... values) {
        if (!holds) {
            throw new IllegalStateException(rule + ": " + List.of(values));
        }
    }

    /** A vote that has left a member is the only one in its term, whatever crashes there are. */
    void sent(Message message) {
        if (message.type() == MessageType.VOTE_RESPONSE && !message.reject()) {
            Long before = votes.putIfAbsent(new TermOf(message.from(), message.term()), message.to());
            require(before == null || before == message.to(), "one vote in a term", message);
        }
    }

    void crashed(SimulatedNode node) {
        commits.remove(node.id());
    }

    /** State machine safety: all apply the same entry at an index. */
    void applied(SimulatedNode node, Entry entry) {
        int at = (int) entry.index() - 2;
        require(at <= chosen.size(), "nothing is applied that was not committed", node.id(), entry);
        if (at == chosen.size()) {
            chosen.add(entry);
        } else {
            require(chosen.get(at).equals(entry), "all apply the same", node.id(), entry, chosen.get(at));
        }
        require(entry.index() <= committed, "only what is committed is applied", node.id(), entry);
    }

    void read(long index, long atLeast) {
        reads++;
        require(index >= atLeast, "a read sees all that was committed before", index, atLeast);
    }

    /** Looks at a member after an event. */
    void check(SimulatedNode node, RaftCore core) {
        long before = commits.getOrDefault(node.id(), 0L);
        require(core.commitIndex() >= before, "commit index rises", node.id(), core.commitIndex(), before);
        long durable = node.storage().hardState().term();
        require(durable >= terms.getOrDefault(node.id(), 0L), "term rises", node.id(), durable);
        terms.put(node.id(), durable);
        if (core.role() == Role.LEADER) {
            Long other = leaderByTerm.putIfAbsent(core.term(), node.id());
            require(other == null || other == node.id(), "one leader in a term", core.term(), node.id());
            if (other == null) {
                completeness(node, core);
            }
            if (core.commitIndex() > before) {
                durableOnQuorum(node, core);
            }
        }
        if (core.commitIndex() > committed) {
            require(core.role() == Role.LEADER, "a leader commits first", node.id(), core.commitIndex());
            committed = core.commitIndex();
        }
        commits.put(node.id(), core.commitIndex());
    }

    /** Leader completeness: a new leader's log holds all that was committed. */
    private void completeness(SimulatedNode node, RaftCore core) {
        LogView log = core.state().log();
        for (int at = chosen.size() - 1; at >= 0 && chosen.get(at).index() >= log.firstIndex(); at--) {
            Entry entry = chosen.get(at);
            require(log.matches(entry.term(), entry.index()), "a leader has what is committed", node.id(), entry);
        }
    }

    /** What a leader commits lies on the disks of a majority, in both halves of a joint configuration. */
    private void durableOnQuorum(SimulatedNode node, RaftCore core) {
        long index = core.commitIndex();
        long term = core.state().log().term(index);
        Joint voters = core.state().tracker().configuration().voters();
        long durable = voters.committedIndex(id -> {
            SimulatedNode voter = nodes.get((int) id - 1);
            boolean has = voter.storage().term(index) == term || voter.snapshotIndex() >= index;
            return has ? index : 0;
        });
        require(durable >= index, "what is committed is durable on a quorum", node.id(), index, voters);
    }

    /** Log matching: where two logs have an entry of the same term, they are equal up to there. */
    void logsMatch() {
        for (SimulatedNode one : nodes) {
            for (SimulatedNode other : nodes) {
                if (one.id() < other.id()) {
                    logsMatch(one.storage(), other.storage());
                }
            }
        }
    }

    private static void logsMatch(MemoryStorage one, MemoryStorage other) {
        long first = Math.max(one.firstIndex(), other.firstIndex());
        boolean equal = false;
        for (long index = Math.min(one.lastIndex(), other.lastIndex()); index >= first; index--) {
            boolean same = one.term(index) == other.term(index);
            require(same || !equal, "logs are equal up to an equal entry", index);
            equal |= same;
        }
    }
}
