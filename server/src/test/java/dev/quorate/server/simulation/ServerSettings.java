/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import dev.quorate.raft.node.NodeTimes;
import dev.quorate.server.app.MemberSettings;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How the members of a simulated cluster are set up. */
record ServerSettings(
        long snapshotCount,
        long catchUpEntries,
        boolean preVote,
        boolean strict,
        boolean checkpoint,
        int compactionRows) {
    static final long CLUSTER_ID = 0xC;
    static final long HEARTBEAT_MILLIS = 50;
    static final long ELECTION_MILLIS = 500;
    private static final int LEARNERS_MAX = 2;

    NodeTimes times() {
        return NodeTimes.of(HEARTBEAT_MILLIS, ELECTION_MILLIS, preVote, true);
    }

    MemberSettings of(long memberId) {
        return new MemberSettings(
                CLUSTER_ID,
                memberId,
                "m" + memberId,
                List.of(clientUrl(memberId)),
                HEARTBEAT_MILLIS,
                ELECTION_MILLIS,
                -1,
                1 << 20,
                128,
                TimeUnit.SECONDS.toNanos(2),
                compactionRows,
                TimeUnit.MILLISECONDS.toNanos(5),
                checkpoint,
                strict,
                LEARNERS_MAX,
                new MemberSettings.Retention(true, 0));
    }

    static String clientUrl(long memberId) {
        return "http://m" + Long.toHexString(memberId) + ":2379";
    }
}
