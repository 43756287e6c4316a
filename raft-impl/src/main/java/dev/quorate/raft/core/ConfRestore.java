/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.ConfChangeSingle;
import dev.quorate.raft.spi.ConfState;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds a configuration from what a snapshot says about it, by the changes that lead to it.
 *
 * <p>For example {@code voters=(1 2 3) learners=(5) outgoing=(1 2 4 6) learners_next=(4)}: first 1, 2, 4 and 6 are
 * added one by one; then a joint configuration is entered by removing them all, adding 1, 2, 3 and the learners 5 and
 * 4. Whether 5 learned before does not matter.
 *
 * <p>Source: etcd-io/raft v3.7.0, {@code confchange/restore.go}.
 */
final class ConfRestore {
    private ConfRestore() {}

    static ConfChanger.Outcome restore(ConfState state, InflightLimits limits, long lastIndex) {
        List<ConfChangeSingle> incoming = new ArrayList<>();
        add(incoming, ConfChange.Type.REMOVE_NODE, state.votersOutgoing());
        add(incoming, ConfChange.Type.ADD_NODE, state.voters());
        add(incoming, ConfChange.Type.ADD_LEARNER_NODE, state.learners());
        add(incoming, ConfChange.Type.ADD_LEARNER_NODE, state.learnersNext());
        boolean joint = !state.votersOutgoing().isEmpty();
        List<ConfChangeSingle> oneByOne = incoming;
        if (joint) {
            oneByOne = new ArrayList<>();
            add(oneByOne, ConfChange.Type.ADD_NODE, state.votersOutgoing());
        }
        ConfChanger.Outcome outcome = new ConfChanger.Outcome(Configuration.EMPTY, ProgressMap.EMPTY);
        for (ConfChangeSingle change : oneByOne) {
            outcome = new ConfChanger(outcome, limits, lastIndex).simple(List.of(change));
        }
        return joint ? new ConfChanger(outcome, limits, lastIndex).enterJoint(state.autoLeave(), incoming) : outcome;
    }

    private static void add(List<ConfChangeSingle> changes, ConfChange.Type type, List<Long> ids) {
        for (long id : ids) {
            changes.add(new ConfChangeSingle(type, id));
        }
    }
}
