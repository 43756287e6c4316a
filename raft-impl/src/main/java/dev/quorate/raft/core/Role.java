/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import org.apiguardian.api.API;

/** What a member does in its term. */
@API(status = API.Status.EXPERIMENTAL)
public enum Role {
    /** Follows a leader, or waits for one. */
    FOLLOWER("StateFollower"),
    /** Stands for election. */
    CANDIDATE("StateCandidate"),
    /** Leads. */
    LEADER("StateLeader"),
    /** Asks whether it would be elected, without a new term (Ongaro thesis, section 9.6). */
    PRE_CANDIDATE("StatePreCandidate");

    private final String wireName;

    Role(String wireName) {
        this.wireName = wireName;
    }

    /** Returns the name that etcd prints. */
    @Override
    public String toString() {
        return wireName;
    }
}
