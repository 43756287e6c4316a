/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.Message;

/**
 * What a leader does with proposals, reads, requests to hand over leadership, and when time passes. Answers of other
 * members are handled in {@link LeaderResponses}.
 *
 * <p>Source: Raft paper, section 5.3; Ongaro thesis, sections 3.10 and 6.2; etcd-io/raft v3.7.0, {@code raft.go}.
 */
final class LeaderSteps implements RoleSteps {
    private final NodeState state;
    private final Roles roles;
    private final Replicator replicator;
    private final Proposals proposals;
    private final ReadRequests reads;
    private final LeaderResponses responses;

    LeaderSteps(
            NodeState state,
            Roles roles,
            Replicator replicator,
            Proposals proposals,
            ReadRequests reads,
            LeaderResponses responses) {
        this.state = state;
        this.roles = roles;
        this.replicator = replicator;
        this.proposals = proposals;
        this.reads = reads;
        this.responses = responses;
    }

    @Override
    public void tick() {
        state.timers().tick();
        if (state.timers().hasElectionTimeoutPassed()) {
            state.timers().restartElection();
            if (state.settings().checkQuorum()) {
                checkQuorum();
            }
            if (state.isLeader()) {
                state.leadTransferee(Message.NOBODY); // it had a whole election timeout
            }
        }
        if (state.isLeader() && state.timers().isHeartbeatDue()) {
            state.timers().restartHeartbeat();
            replicator.broadcastHeartbeat();
        }
    }

    /** Steps down if no quorum was heard of since the last check: others may have a leader by now. */
    private void checkQuorum() {
        if (!state.tracker().isQuorumActive()) {
            roles.becomeFollower(state.term(), Message.NOBODY);
        }
        state.tracker().progress().forEach((id, progress) -> {
            if (id != state.id()) {
                progress.recentActive(false);
            }
        });
    }

    @Override
    public StepResult step(Message message) {
        switch (message.type()) {
            case BEAT -> replicator.broadcastHeartbeat();
            case CHECK_QUORUM -> checkQuorum();
            case PROPOSE -> {
                return proposals.take(message);
            }
            case READ_INDEX -> reads.take(message);
            case FORGET_LEADER -> {} // a leader does not forget itself
            default -> {
                Progress progress = state.tracker().progress().get(message.from());
                if (progress != null) {
                    stepFromMember(message, progress);
                }
            }
        }
        return StepResult.OK;
    }

    private void stepFromMember(Message message, Progress progress) {
        switch (message.type()) {
            case APPEND_RESPONSE -> responses.handleAppendResponse(message, progress);
            case HEARTBEAT_RESPONSE -> responses.handleHeartbeatResponse(message, progress);
            case SNAPSHOT_STATUS -> responses.handleSnapshotStatus(message, progress);
            case UNREACHABLE -> responses.handleUnreachable(progress);
            case TRANSFER_LEADER -> transferTo(message.from(), progress);
            default -> {}
        }
    }

    /** Hands leadership over: brings the member's log up to date first, then tells it to stand for election. */
    private void transferTo(long transferee, Progress progress) {
        if (progress.isLearner() || state.leadTransferee() == transferee) {
            return;
        }
        state.leadTransferee(Message.NOBODY);
        if (transferee == state.id()) {
            return;
        }
        state.timers().restartElection(); // it has one election timeout
        state.leadTransferee(transferee);
        if (progress.match() == state.log().lastIndex()) {
            replicator.sendTimeoutNow(transferee);
        } else {
            replicator.sendAppend(transferee, progress);
        }
    }
}
