/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.Snapshot;

/**
 * What a follower does; and how anybody who has become one takes what the leader sends.
 *
 * <p>Source: Raft paper, sections 5.2, 5.3 and 7; etcd-io/raft v3.7.0, {@code raft.go}.
 */
final class FollowerSteps implements RoleSteps {
    private final NodeState state;
    private final Outbox outbox;
    private final Elections elections;
    private final Membership membership;

    FollowerSteps(NodeState state, Outbox outbox, Elections elections, Membership membership) {
        this.state = state;
        this.outbox = outbox;
        this.elections = elections;
        this.membership = membership;
    }

    @Override
    public void tick() {
        state.timers().tick();
        if (state.isPromotable() && state.timers().isElectionDue()) {
            state.timers().restartElection();
            elections.campaignIfAllowed();
        }
    }

    @Override
    public StepResult step(Message message) {
        switch (message.type()) {
            case PROPOSE -> {
                if (!state.hasLeader() || !state.settings().forwardProposals()) {
                    return StepResult.PROPOSAL_DROPPED;
                }
                outbox.forward(message);
            }
            case APPEND, HEARTBEAT, SNAPSHOT -> {
                state.timers().restartElection();
                state.leader(message.from());
                handleFromLeader(message);
            }
            case TRANSFER_LEADER, READ_INDEX -> {
                if (state.hasLeader()) {
                    outbox.forward(message);
                }
            }
            case FORGET_LEADER -> forgetLeader();
            // The leader is alive and wants it, so nobody has to be asked first.
            case TIMEOUT_NOW -> elections.campaignIfAllowed(Elections.Reason.TRANSFER);
            case READ_INDEX_RESPONSE -> {
                if (message.entries().size() == 1) {
                    outbox.read(new Ready.ReadState(
                            message.index(), message.entries().get(0).data()));
                }
            }
            default -> {}
        }
        return StepResult.OK;
    }

    /** Lets this member vote in an election at once. Not with lease reads: the leader relies on being remembered. */
    private void forgetLeader() {
        if (!state.settings().leaseReads()) {
            state.leader(Message.NOBODY);
        }
    }

    /** Takes what a leader of this term sends to keep the log equal. */
    void handleFromLeader(Message message) {
        switch (message.type()) {
            case APPEND -> handleAppend(message);
            case HEARTBEAT -> handleHeartbeat(message);
            case SNAPSHOT -> handleSnapshot(message);
            default -> throw new IllegalStateException("no leader sends this to a follower: " + message);
        }
    }

    private void handleAppend(Message append) {
        LogView log = state.log();
        if (append.index() < log.committed()) {
            acknowledge(append.from(), log.committed()); // an old one: all of it may be known, but not that it is equal
            return;
        }
        long last = log.maybeAppend(append.logTerm(), append.index(), append.entries(), append.commit());
        if (last >= 0) {
            acknowledge(append.from(), last);
            return;
        }
        // Skips in one step all of this log's end that has a later term than the leader has there.
        long hint = log.findConflict(append.logTerm(), Math.min(append.index(), log.lastIndex()));
        outbox.send(outbox.message(MessageType.APPEND_RESPONSE, append.from())
                .at(Math.max(0, log.term(hint)), append.index())
                .reject(true)
                .rejectHint(hint));
    }

    private void acknowledge(long leader, long index) {
        outbox.send(outbox.message(MessageType.APPEND_RESPONSE, leader).index(index));
    }

    private void handleHeartbeat(Message heartbeat) {
        state.log().commitTo(heartbeat.commit());
        outbox.send(
                outbox.message(MessageType.HEARTBEAT_RESPONSE, heartbeat.from()).context(heartbeat.context()));
    }

    private void handleSnapshot(Message message) {
        Snapshot snapshot = message.snapshot() == null ? Snapshot.NONE : message.snapshot();
        boolean restored = membership.restore(snapshot);
        acknowledge(
                message.from(), restored ? state.log().lastIndex() : state.log().committed());
    }
}
