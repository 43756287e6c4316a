/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.ConfChangeSingle;
import java.util.List;

/**
 * Works out a change of the configuration: what it would be, and the progress of its members. Changes nothing itself;
 * whoever made it takes over the outcome or drops it. For one change only.
 *
 * <p>A simple change moves one voter at most, so that old and new quorums overlap. Any other goes through a joint
 * configuration, where both have to agree: {@code (1 2 3)} becomes {@code (1 2 4)&&(1 2 3)} and then {@code (1 2 4)}.
 *
 * <p>Source: Ongaro thesis, sections 4.1 and 4.3; etcd-io/raft v3.7.0, {@code confchange/confchange.go}.
 */
final class ConfChanger {
    /** What comes out. */
    record Outcome(Configuration configuration, ProgressMap progress) {}

    private final Configuration base;
    private final InflightLimits limits;
    private final long lastIndex;

    // The configuration at work.
    private IdSet incoming;
    private IdSet outgoing;
    private IdSet learners;
    private IdSet learnersNext;
    private ProgressMap progress;

    ConfChanger(Outcome base, InflightLimits limits, long lastIndex) {
        this.base = base.configuration();
        this.limits = limits;
        this.lastIndex = lastIndex;
        incoming = this.base.voters().incoming().voters();
        outgoing = this.base.voters().outgoing().voters();
        learners = this.base.learners();
        learnersNext = this.base.learnersNext();
        progress = base.progress().copy();
        check(this.base, progress);
    }

    /** Enters a joint configuration. */
    Outcome enterJoint(boolean autoLeave, List<ConfChangeSingle> changes) {
        if (base.voters().isJoint()) {
            throw new ConfChangeException("config is already joint");
        }
        if (incoming.isEmpty()) {
            throw new ConfChangeException("can't make a zero-voter config joint");
        }
        outgoing = incoming;
        applyAll(changes);
        return outcome(autoLeave);
    }

    /** Leaves the joint configuration: the incoming half decides alone, and staged learners become learners. */
    Outcome leaveJoint() {
        if (!base.voters().isJoint()) {
            throw new ConfChangeException("can't leave a non-joint config");
        }
        for (long id : learnersNext.toList()) {
            learners = learners.with(id);
            Progress staged = progress.get(id);
            if (staged != null) {
                staged.learner(true);
            }
        }
        learnersNext = IdSet.EMPTY;
        for (long id : outgoing.toList()) {
            if (!incoming.contains(id) && !learners.contains(id)) {
                progress = progress.without(id);
            }
        }
        outgoing = IdSet.EMPTY;
        return outcome(false);
    }

    /** Changes one voter at most, and any number of learners. */
    Outcome simple(List<ConfChangeSingle> changes) {
        if (base.voters().isJoint()) {
            throw new ConfChangeException("can't apply simple config change in joint config");
        }
        applyAll(changes);
        if (incoming.differences(base.voters().incoming().voters()) > 1) {
            throw new ConfChangeException("more than one voter changed without entering joint config");
        }
        return outcome(false);
    }

    private void applyAll(List<ConfChangeSingle> changes) {
        for (ConfChangeSingle change : changes) {
            if (change.nodeId() == 0) {
                continue; // the server has refused this step
            }
            switch (change.type()) {
                case ADD_NODE -> makeVoter(change.nodeId());
                case ADD_LEARNER_NODE -> makeLearner(change.nodeId());
                case REMOVE_NODE -> remove(change.nodeId());
                case UPDATE_NODE -> {} // of no concern here
            }
        }
        if (incoming.isEmpty()) {
            throw new ConfChangeException("removed all voters");
        }
    }

    private void makeVoter(long id) {
        incoming = incoming.with(id);
        Progress member = progress.get(id);
        if (member == null) {
            addProgress(id, false);
            return;
        }
        member.learner(false);
        learners = learners.without(id);
        learnersNext = learnersNext.without(id);
    }

    private void makeLearner(long id) {
        Progress member = progress.get(id);
        if (member == null) {
            learners = learners.with(id);
            addProgress(id, true);
            return;
        }
        if (member.isLearner()) {
            return;
        }
        remove(id);
        progress = progress.with(id, member);
        if (outgoing.contains(id)) {
            learnersNext = learnersNext.with(id); // it still votes in the outgoing half
        } else {
            member.learner(true);
            learners = learners.with(id);
        }
    }

    private void remove(long id) {
        if (!progress.contains(id)) {
            return;
        }
        incoming = incoming.without(id);
        learners = learners.without(id);
        learnersNext = learnersNext.without(id);
        if (!outgoing.contains(id)) {
            progress = progress.without(id);
        }
    }

    /** A new member is probed at the end of the log, and counts as active: it had no time to answer yet. */
    private void addProgress(long id, boolean learner) {
        Progress member = new Progress(0, Math.max(lastIndex, 1), limits.newInflights(), learner);
        member.recentActive(true);
        progress = progress.with(id, member);
    }

    private Outcome outcome(boolean autoLeave) {
        Configuration configuration =
                new Configuration(Joint.of(incoming, outgoing), learners, learnersNext, autoLeave);
        check(configuration, progress);
        return new Outcome(configuration, progress);
    }

    private static void check(Configuration configuration, ProgressMap progress) {
        Joint voters = configuration.voters();
        IdSet everybody = voters.ids().union(configuration.learners()).union(configuration.learnersNext());
        for (long id : everybody.toList()) {
            require(progress.contains(id), "no progress for " + id);
        }
        for (long id : configuration.learnersNext().toList()) {
            require(voters.outgoing().voters().contains(id), id + " is in LearnersNext, but not Voters[1]");
            require(!isLearner(progress, id), id + " is in LearnersNext, but is already marked as learner");
        }
        for (long id : configuration.learners().toList()) {
            require(!voters.contains(id), id + " is in Learners and Voters");
            require(isLearner(progress, id), id + " is in Learners, but is not marked as learner");
        }
        if (!voters.isJoint()) {
            require(configuration.learnersNext().isEmpty(), "LearnersNext must be empty when not joint");
            require(!configuration.autoLeave(), "AutoLeave must be false when not joint");
        }
    }

    private static boolean isLearner(ProgressMap progress, long id) {
        Progress member = progress.get(id);
        return member != null && member.isLearner();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ConfChangeException(otherwise);
        }
    }
}
