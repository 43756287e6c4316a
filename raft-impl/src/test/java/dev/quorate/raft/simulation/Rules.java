/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.simulation;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;

/** What must hold, and what those who check it hear. */
public interface Rules {
    /**
     * Makes the error to throw, and keeps it: a node may catch what it is told by.
     *
     * @param rule the rule
     * @param values what tells how it was broken
     * @return the error
     */
    Violation violated(String rule, Object... values);

    /**
     * Throws if a rule does not hold.
     *
     * @param holds whether it does
     * @param rule the rule
     * @param values what tells how it was broken
     */
    default void require(boolean holds, String rule, Object... values) {
        if (!holds) {
            throw violated(rule, values);
        }
    }

    /**
     * Hears that an entry is on a disk.
     *
     * @param entry the entry
     * @param termBefore term of the entry before it
     */
    default void written(Entry entry, long termBefore) {}

    /**
     * Hears that a member cuts its log behind a snapshot of its own state.
     *
     * @param process the member
     * @param mark the snapshot
     */
    default void noted(SimulatedProcess process, SnapshotMark mark) {}

    /**
     * Hears that a log is to vouch for the state of another member.
     *
     * @param process the member
     * @param snapshot the state
     */
    default void vouches(SimulatedProcess process, Snapshot snapshot) {}

    /**
     * Hears that a member sends something.
     *
     * @param process the member
     * @param message the message
     */
    default void sends(SimulatedProcess process, Message message) {}

    /**
     * Hears that the network delivers something twice.
     *
     * @param message the message
     */
    default void repeats(Message message) {}
}
