/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import org.apiguardian.api.API;

/**
 * How far a member is, as the leader knows it.
 *
 * @param memberId the member
 * @param learner whether it only learns
 * @param matchIndex last entry that its log is known to share with the leader's
 * @param nextIndex entry that is sent to it next
 * @param state how it is sent to: {@code StateProbe}, {@code StateReplicate} or {@code StateSnapshot}
 * @param active whether it was heard of within an election timeout
 */
@API(status = API.Status.EXPERIMENTAL)
public record MemberProgress(
        long memberId, boolean learner, long matchIndex, long nextIndex, String state, boolean active) {}
