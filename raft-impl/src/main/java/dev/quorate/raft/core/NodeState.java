/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.Random;

/**
 * The state that the protocol is about; what it does is elsewhere. Confined to whoever steps the core.
 *
 * <p>Term, role, leader and what goes with them change in {@link Roles} alone.
 */
final class NodeState {
    private final RaftSettings settings;
    private final LogView log;
    private final Tracker tracker;
    private final Timers timers;
    private final ReadQueue reads = new ReadQueue();
    private final Trace trace;
    private long term;
    private long vote;
    private Role role = Role.FOLLOWER;
    private long leader;
    private long leadTransferee; // to whom leadership is being handed over
    private long pendingConfIndex; // no change of the configuration above it is in the log: none is made before applied
    private long uncommittedBytes; // data that this leader has appended and that is not applied; may be too low

    NodeState(RaftSettings settings, LogView log, Random random, TraceListener listener) {
        this.settings = settings;
        this.log = log;
        tracker = new Tracker(new InflightLimits(settings.inflightMessagesMax(), settings.inflightBytesMax()));
        timers = new Timers(settings, random);
        trace = new Trace(this, listener);
    }

    RaftSettings settings() {
        return settings;
    }

    LogView log() {
        return log;
    }

    Tracker tracker() {
        return tracker;
    }

    Timers timers() {
        return timers;
    }

    ReadQueue reads() {
        return reads;
    }

    Trace trace() {
        return trace;
    }

    long id() {
        return settings.nodeId();
    }

    long term() {
        return term;
    }

    long vote() {
        return vote;
    }

    Role role() {
        return role;
    }

    boolean isLeader() {
        return role == Role.LEADER;
    }

    long leader() {
        return leader;
    }

    boolean hasLeader() {
        return leader != Message.NOBODY;
    }

    long leadTransferee() {
        return leadTransferee;
    }

    long pendingConfIndex() {
        return pendingConfIndex;
    }

    HardState hardState() {
        return new HardState(term, vote, log.committed());
    }

    /** Takes up the hard state of a start. */
    void load(HardState state) {
        log.loadCommitted(state.commit());
        term = state.term();
        vote = state.vote();
    }

    void role(Role target) {
        role = target;
    }

    void leader(long id) {
        leader = id;
    }

    void vote(long id) {
        vote = id;
    }

    void leadTransferee(long id) {
        leadTransferee = id;
    }

    void pendingConfIndex(long index) {
        pendingConfIndex = index;
    }

    /** Begins anew in a term: what was known of others means nothing any more. */
    void reset(long newTerm) {
        if (term != newTerm) {
            term = newTerm;
            vote = Message.NOBODY;
        }
        leader = Message.NOBODY;
        leadTransferee = Message.NOBODY;
        pendingConfIndex = 0;
        uncommittedBytes = 0;
        timers.reset();
        tracker.reset(id(), log.lastIndex());
        reads.reset();
    }

    /**
     * Counts data that the leader is about to append. If some waits already, no more than the limit may; entries
     * without data always may, since a leader begins with one and leaves a joint configuration by one.
     */
    boolean tryReserve(long bytes) {
        if (uncommittedBytes > 0 && bytes > 0 && uncommittedBytes + bytes > settings.uncommittedBytesMax()) {
            return false;
        }
        uncommittedBytes += bytes;
        return true;
    }

    void release(long bytes) {
        uncommittedBytes = Math.max(0, uncommittedBytes - bytes);
    }

    /** Tells whether an entry of the current term is committed: before that, a leader does not know what is. */
    boolean hasCommittedInTerm() {
        return log.matches(term, log.committed());
    }

    /**
     * Tells whether this member decides alone. A leader that was removed does not, even if one voter is left: etcd's
     * Raft takes it for that one, and lets it answer reads while the other leads already.
     */
    boolean isOnlyVoter() {
        Configuration configuration = tracker.configuration();
        return configuration.isSingleton() && configuration.voters().contains(id());
    }

    /** Tells whether this member may stand for election: it votes, and no snapshot is being installed. */
    boolean isPromotable() {
        Progress self = tracker.progress().get(id());
        return self != null && !self.isLearner() && !log.hasPendingSnapshot();
    }
}
