/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

/** How the leader sends entries to a follower. */
enum ProgressState {
    /** One append at a time, to find where the logs meet. */
    PROBE("StateProbe"),
    /** One append after the other, without waiting for answers. */
    REPLICATE("StateReplicate"),
    /** None: a snapshot is on its way. */
    SNAPSHOT("StateSnapshot");

    private final String wireName;

    ProgressState(String wireName) {
        this.wireName = wireName;
    }

    /** Returns the name that etcd prints. */
    @Override
    public String toString() {
        return wireName;
    }
}
