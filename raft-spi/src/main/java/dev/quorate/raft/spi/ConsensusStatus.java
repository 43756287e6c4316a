/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import org.apiguardian.api.API;

/**
 * How the log stands on this member.
 *
 * @param memberId this member
 * @param leaderId the leader, 0 if none is known
 * @param term current term
 * @param lastIndex last entry in the log
 * @param commitIndex last entry known to be committed
 * @param appliedIndex last entry that the state machine has applied
 */
@API(status = API.Status.EXPERIMENTAL)
public record ConsensusStatus(
        long memberId, long leaderId, long term, long lastIndex, long commitIndex, long appliedIndex) {
    /**
     * Tells whether this member leads.
     *
     * @return true if it does
     */
    public boolean isLeader() {
        return leaderId == memberId && leaderId != 0;
    }
}
