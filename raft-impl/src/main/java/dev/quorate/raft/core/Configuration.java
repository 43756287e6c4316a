/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.ConfState;

/**
 * Who votes and who learns. Immutable.
 *
 * <p>Nobody is voter and learner at once. A voter that becomes a learner in a joint configuration still votes in the
 * outgoing half; it waits in {@code learnersNext} until that half is gone. For example, to demote 3 of (1 2 3):
 * {@code voters=(1 2)&&(1 2 3) learners_next=(3)}, and then {@code voters=(1 2) learners=(3)}.
 *
 * @param voters who votes
 * @param learners who gets the log and does not vote
 * @param learnersNext who will learn once the joint configuration is left
 * @param autoLeave whether the leader leaves the joint configuration by itself
 */
record Configuration(Joint voters, IdSet learners, IdSet learnersNext, boolean autoLeave) {
    static final Configuration EMPTY = new Configuration(Joint.NOBODY, IdSet.EMPTY, IdSet.EMPTY, false);

    boolean isSingleton() {
        return voters.incoming().voters().size() == 1 && !voters.isJoint();
    }

    ConfState toConfState() {
        return new ConfState(
                voters.incoming().voters().toList(),
                learners.toList(),
                voters.outgoing().voters().toList(),
                learnersNext.toList(),
                autoLeave);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("voters=").append(voters);
        if (!learners.isEmpty()) {
            text.append(" learners=").append(learners);
        }
        if (!learnersNext.isEmpty()) {
            text.append(" learners_next=").append(learnersNext);
        }
        return text.append(autoLeave ? " autoleave" : "").toString();
    }
}
