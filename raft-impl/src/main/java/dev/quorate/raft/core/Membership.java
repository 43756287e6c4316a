/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.ConfChangeV2;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;

/**
 * Puts configurations in force: at the start, when a change of it is applied, and when a snapshot brings one.
 *
 * <p>Source: Ongaro thesis, chapter 4; etcd-io/raft v3.7.0, {@code raft.go}.
 */
final class Membership {
    private final NodeState state;
    private final Roles roles;
    private final Appender appender;
    private final Replicator replicator;

    Membership(NodeState state, Roles roles, Appender appender, Replicator replicator) {
        this.state = state;
        this.roles = roles;
        this.appender = appender;
        this.replicator = replicator;
    }

    /** Takes up a configuration in place of whatever was in force. */
    void restore(ConfState confState) {
        Tracker tracker = state.tracker();
        ConfState restored = switchTo(
                ConfRestore.restore(confState, tracker.limits(), state.log().lastIndex()));
        if (!restored.isEquivalent(confState)) {
            throw new IllegalStateException("configuration " + confState + " was restored as " + restored);
        }
    }

    /** Makes a change that is applied. */
    ConfState apply(ConfChangeV2 change) {
        Tracker tracker = state.tracker();
        ConfChanger changer = new ConfChanger(
                new ConfChanger.Outcome(tracker.configuration(), tracker.progress()),
                tracker.limits(),
                state.log().lastIndex());
        if (change.leavesJoint()) {
            return switchTo(changer.leaveJoint());
        }
        return switchTo(
                change.entersJoint()
                        ? changer.enterJoint(change.autoLeave(), change.changes())
                        : changer.simple(change.changes()));
    }

    private ConfState switchTo(ConfChanger.Outcome outcome) {
        Tracker tracker = state.tracker();
        tracker.switchTo(outcome);
        state.trace().event(TraceListener.Kind.CHANGE_CONFIGURATION);
        ConfState confState = tracker.configuration().toConfState();
        if (!state.isLeader()) {
            return confState;
        }
        Progress self = tracker.progress().get(state.id());
        if (self == null || self.isLearner()) {
            if (state.settings().stepDownOnRemoval()) {
                roles.becomeFollower(state.term(), Message.NOBODY);
            }
            return confState;
        }
        if (confState.voters().isEmpty()) {
            return confState;
        }
        if (appender.maybeCommit()) {
            replicator.broadcastAppend(); // the new quorum is smaller, or has more than the old one had
        } else {
            tracker.progress().forEach((id, progress) -> {
                if (id != state.id()) {
                    replicator.maybeSendAppend(id, progress, false);
                }
            });
        }
        long transferee = state.leadTransferee();
        if (transferee != Message.NOBODY && !tracker.configuration().voters().contains(transferee)) {
            state.leadTransferee(Message.NOBODY);
        }
        return confState;
    }

    /**
     * Takes up a snapshot in place of the log, unless the log has all of it.
     *
     * @return false if it was not taken up
     */
    boolean restore(Snapshot snapshot) {
        SnapshotMark mark = snapshot.mark();
        LogView log = state.log();
        if (mark.index() <= log.committed()) {
            return false;
        }
        if (state.role() != Role.FOLLOWER) {
            // Cannot happen: a snapshot of this term makes its receiver a follower first. Better no leader than two
            // logs.
            roles.becomeFollower(state.term() + 1, Message.NOBODY);
            return false;
        }
        ConfState confState = mark.confState();
        boolean member = confState.voters().contains(state.id())
                || confState.learners().contains(state.id())
                || confState.votersOutgoing().contains(state.id());
        if (!member) {
            return false;
        }
        if (log.matches(mark.term(), mark.index())) {
            log.commitTo(mark.index());
            return false;
        }
        log.restore(snapshot);
        restore(confState);
        return true;
    }
}
