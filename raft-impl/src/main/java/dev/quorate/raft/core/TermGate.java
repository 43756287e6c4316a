/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;

/**
 * Compares the term of a message with this member's, before anything else is done with it: a later one makes it a
 * follower, an earlier one is not listened to (Raft paper, section 5.1).
 *
 * <p>Source: etcd-io/raft v3.7.0, {@code raft.go}.
 */
final class TermGate {
    private final NodeState state;
    private final Outbox outbox;
    private final Roles roles;
    private final Elections elections;
    private final StorageSteps storage;

    TermGate(NodeState state, Outbox outbox, Roles roles, Elections elections, StorageSteps storage) {
        this.state = state;
        this.outbox = outbox;
        this.roles = roles;
        this.elections = elections;
        this.storage = storage;
    }

    /** Lets a message of this term pass, and those without a term; returns false for one that is done with. */
    boolean pass(Message message) {
        if (message.term() == 0 || message.term() == state.term()) {
            return true;
        }
        if (message.term() > state.term()) {
            return passLater(message);
        }
        handleEarlier(message);
        return false;
    }

    private boolean passLater(Message message) {
        boolean question = message.type() == MessageType.VOTE || message.type() == MessageType.PRE_VOTE;
        if (question && elections.protectsLeader(message)) {
            state.trace().message(TraceListener.Kind.IGNORE_VOTE, message);
            return false;
        }
        switch (message.type()) {
            case PRE_VOTE -> {} // only asks
            case APPEND, HEARTBEAT, SNAPSHOT -> roles.becomeFollower(message.term(), message.from());
            case PRE_VOTE_RESPONSE -> {
                if (message.reject()) { // a yes carries the term that was asked for, which has not begun
                    roles.becomeFollower(message.term(), Message.NOBODY);
                }
            }
            default -> roles.becomeFollower(message.term(), Message.NOBODY);
        }
        return true;
    }

    private void handleEarlier(Message message) {
        switch (message.type()) {
            case HEARTBEAT, APPEND -> {
                // This member was cut off and is in a later term, which votes alone may never tell the leader: it does
                // not listen to them while a quorum follows it.
                if (state.settings().checkQuorum() || state.settings().preVote()) {
                    outbox.send(outbox.message(MessageType.APPEND_RESPONSE, message.from()));
                }
            }
            case PRE_VOTE -> elections.refuseStalePreVote(message);
            case STORAGE_APPEND_RESPONSE -> storage.handleAppendedInEarlierTerm(message);
            default -> {} // sent before its sender knew of this term
        }
    }
}
