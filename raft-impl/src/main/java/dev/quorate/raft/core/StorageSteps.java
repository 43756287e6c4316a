/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import java.util.List;

/** How this member takes what its own log and state machine say: what is durable, and what is applied. */
final class StorageSteps {
    private final NodeState state;
    private final LeaderSteps leader;

    StorageSteps(NodeState state, LeaderSteps leader) {
        this.state = state;
        this.leader = leader;
    }

    void handleAppended(Message response) {
        if (response.index() != 0) {
            state.log().unstable().stableTo(response.logTerm(), response.index());
        }
        handleSnapshotStored(response);
    }

    /**
     * Takes an acknowledgement of an earlier term. Entries may have been replaced since, and written again, so it says
     * nothing about them; a snapshot holds only what is committed, so that one counts.
     */
    void handleAppendedInEarlierTerm(Message response) {
        handleSnapshotStored(response);
    }

    private void handleSnapshotStored(Message response) {
        if (response.snapshot() != null) {
            long index = response.snapshot().index();
            state.log().unstable().stableSnapshotTo(index);
            appliedTo(index, 0);
        }
    }

    void handleApplied(Message response) {
        List<Entry> entries = response.entries();
        if (!entries.isEmpty()) {
            appliedTo(entries.get(entries.size() - 1).index(), state.log().encodedSize(entries));
            state.release(EntrySizes.payload(entries));
        }
    }

    /** Notes what is applied; a leader then leaves a joint configuration that was entered to be left by itself. */
    private void appliedTo(long index, long bytes) {
        LogView log = state.log();
        long applied = Math.max(index, log.applied());
        log.appliedTo(applied, bytes);
        if (state.isLeader() && state.tracker().configuration().autoLeave() && applied >= state.pendingConfIndex()) {
            leader.step(Message.of(MessageType.PROPOSE)
                    .entries(List.of(new Entry(0, 0, EntryType.CONF_CHANGE_V2, Bytes.EMPTY)))
                    .build());
        }
    }
}
