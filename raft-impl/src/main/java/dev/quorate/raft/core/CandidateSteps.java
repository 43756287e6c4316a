/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.Message;

/** What a candidate does, and one that only asks whether it would be elected. */
final class CandidateSteps implements RoleSteps {
    private final NodeState state;
    private final Roles roles;
    private final Elections elections;
    private final FollowerSteps follower;

    CandidateSteps(NodeState state, Roles roles, Elections elections, FollowerSteps follower) {
        this.state = state;
        this.roles = roles;
        this.elections = elections;
        this.follower = follower;
    }

    @Override
    public void tick() {
        follower.tick();
    }

    @Override
    public StepResult step(Message message) {
        switch (message.type()) {
            case PROPOSE -> {
                return StepResult.PROPOSAL_DROPPED;
            }
            case APPEND, HEARTBEAT, SNAPSHOT -> {
                roles.becomeFollower(message.term(), message.from()); // somebody else was elected in this term
                follower.handleFromLeader(message);
            }
            case VOTE_RESPONSE -> countIn(Role.CANDIDATE, message);
            case PRE_VOTE_RESPONSE -> countIn(Role.PRE_CANDIDATE, message);
            default -> {}
        }
        return StepResult.OK;
    }

    /** Counts an answer, unless it answers an earlier question. */
    private void countIn(Role role, Message answer) {
        if (state.role() == role) {
            elections.handleVoteResponse(answer);
        }
    }
}
