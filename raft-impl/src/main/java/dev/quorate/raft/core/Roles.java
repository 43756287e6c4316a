/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.Message;
import java.util.List;

/**
 * The moves from role to role; nothing else changes term, role or leader.
 *
 * <pre>
 *             timeout, pre-vote            a quorum would vote           a quorum has voted
 *   FOLLOWER ──────────────────► PRE_CANDIDATE ──────────► CANDIDATE ─────────────────────► LEADER
 *      ▲ ────────────────────────────────────────────────────▲                                │
 *      │     timeout without pre-vote, leader transfer                                        │
 *      └──────── a higher term, a leader of this term, votes lost, quorum lost, removed ──────┘
 * </pre>
 *
 * <p>Source: Raft paper, figure 4; Ongaro thesis, section 9.6; etcd-io/raft v3.7.0, {@code raft.go}.
 */
final class Roles {
    private final NodeState state;
    private final Appender appender;

    Roles(NodeState state, Appender appender) {
        this.state = state;
        this.appender = appender;
    }

    void becomeFollower(long term, long leader) {
        state.reset(term);
        state.leader(leader);
        state.role(Role.FOLLOWER);
        state.trace().event(TraceListener.Kind.BECOME_FOLLOWER);
    }

    void becomeCandidate() {
        requireNot(Role.LEADER);
        state.reset(state.term() + 1);
        state.vote(state.id());
        state.role(Role.CANDIDATE);
        state.trace().event(TraceListener.Kind.BECOME_CANDIDATE);
    }

    /** Leaves term and vote as they are: nothing was promised to anybody. */
    void becomePreCandidate() {
        requireNot(Role.LEADER);
        state.tracker().resetVotes();
        state.leader(Message.NOBODY);
        state.role(Role.PRE_CANDIDATE);
        state.trace().event(TraceListener.Kind.BECOME_PRE_CANDIDATE);
    }

    /** Begins to lead with an entry of the new term, by which earlier ones are committed too (section 5.4.2). */
    void becomeLeader() {
        requireNot(Role.FOLLOWER);
        state.reset(state.term());
        state.leader(state.id());
        state.role(Role.LEADER);
        Progress self = state.tracker().progress().get(state.id());
        if (self == null) {
            throw new IllegalStateException(Long.toUnsignedString(state.id(), 16) + " leads but is no member");
        }
        self.becomeReplicate();
        self.recentActive(true);
        // Some change of the configuration may be in the log: none is proposed before all of it is applied.
        state.pendingConfIndex(state.log().lastIndex());
        state.trace().event(TraceListener.Kind.BECOME_LEADER);
        long first = state.log().lastIndex() + 1;
        appender.append(List.of(new Entry(state.term(), first, EntryType.NORMAL, Bytes.EMPTY)));
    }

    private void requireNot(Role role) {
        if (state.role() == role) {
            throw new IllegalStateException("a " + role + " cannot move there");
        }
    }
}
