/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;

/**
 * Standing for election, asking for votes, giving them and counting them.
 *
 * <p>Source: Raft paper, sections 5.2 and 5.4.1; Ongaro thesis, sections 3.10 (leader transfer), 4.2.3 (disruptive
 * members) and 9.6 (pre-vote); etcd-io/raft v3.7.0, {@code raft.go}.
 */
final class Elections {
    /** Why a member stands for election. */
    enum Reason {
        PRE_ELECTION,
        ELECTION,
        TRANSFER
    }

    /** By this context others know that the leader itself wants the election, and do not protect it. */
    static final Bytes TRANSFER_CONTEXT = Bytes.utf8("CampaignTransfer");

    private final NodeState state;
    private final Outbox outbox;
    private final Roles roles;
    private final Replicator replicator;

    Elections(NodeState state, Outbox outbox, Roles roles, Replicator replicator) {
        this.state = state;
        this.outbox = outbox;
        this.roles = roles;
        this.replicator = replicator;
    }

    /** Stands for election when the timeout has passed. */
    void campaignIfAllowed() {
        campaignIfAllowed(state.settings().preVote() ? Reason.PRE_ELECTION : Reason.ELECTION);
    }

    /**
     * Stands for election unless this member leads already, must not, or has a committed change of the configuration to
     * apply: it might ask the wrong members.
     */
    void campaignIfAllowed(Reason reason) {
        if (!state.isLeader() && state.isPromotable() && !state.log().hasUnappliedConfChange()) {
            campaign(reason);
        }
    }

    private void campaign(Reason reason) {
        MessageType question = MessageType.VOTE;
        long term = state.term() + 1;
        if (reason == Reason.PRE_ELECTION) {
            question = MessageType.PRE_VOTE; // asks for the next term without beginning it
            roles.becomePreCandidate();
        } else {
            roles.becomeCandidate();
        }
        LogView log = state.log();
        IdSet voters = state.tracker().configuration().voters().ids();
        for (int i = 0; i < voters.size(); i++) {
            long id = voters.at(i);
            if (id == state.id()) {
                // Its own vote counts once it is durable: this comes back to it then.
                outbox.send(outbox.message(answerTo(question), id).term(term));
                continue;
            }
            outbox.send(outbox.message(question, id)
                    .term(term)
                    .at(log.lastTerm(), log.lastIndex())
                    .context(reason == Reason.TRANSFER ? TRANSFER_CONTEXT : Bytes.EMPTY));
        }
    }

    private static MessageType answerTo(MessageType question) {
        return question == MessageType.VOTE ? MessageType.VOTE_RESPONSE : MessageType.PRE_VOTE_RESPONSE;
    }

    /**
     * Tells whether an election is none of this member's business: it has heard of a leader within an election timeout,
     * and the leader has not asked for the election itself.
     */
    boolean protectsLeader(Message question) {
        return !question.context().equals(TRANSFER_CONTEXT)
                && state.settings().checkQuorum()
                && state.hasLeader()
                && !state.timers().hasElectionTimeoutPassed();
    }

    /**
     * Answers a candidate of this term, or of the next one if it only asks. Learners vote too: one that was promoted
     * may not know it yet.
     */
    void handleVoteRequest(Message question) {
        boolean real = question.type() == MessageType.VOTE;
        boolean mayVote = state.vote() == question.from()
                || (state.vote() == Message.NOBODY && !state.hasLeader())
                || (!real && question.term() > state.term());
        if (!mayVote || !state.log().isUpToDate(question.logTerm(), question.index())) {
            outbox.send(
                    outbox.message(answerTo(question.type()), question.from()).reject(true));
            return;
        }
        // The term of the question, since the answer to one that only asks would be stale in this member's own term.
        outbox.send(outbox.message(answerTo(question.type()), question.from()).term(question.term()));
        if (real) {
            state.timers().restartElection();
            state.vote(question.from());
        }
    }

    /** Refuses a candidate that asks for a term in the past, so that it learns of the present one. */
    void refuseStalePreVote(Message question) {
        outbox.send(
                outbox.message(MessageType.PRE_VOTE_RESPONSE, question.from()).reject(true));
    }

    /** Counts an answer; stands for election, leads or gives up if that decides it. */
    void handleVoteResponse(Message answer) {
        switch (state.tracker().vote(answer.from(), !answer.reject())) {
            case WON -> {
                if (state.role() == Role.PRE_CANDIDATE) {
                    campaign(Reason.ELECTION);
                } else {
                    roles.becomeLeader();
                    replicator.broadcastAppend();
                }
            }
            case LOST -> roles.becomeFollower(state.term(), Message.NOBODY);
            case PENDING -> {}
        }
    }
}
