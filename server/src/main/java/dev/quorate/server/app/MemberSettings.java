/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import java.util.List;
import org.apiguardian.api.API;

/**
 * What a member at work has to be told.
 *
 * @param clusterId id of the cluster, unsigned
 * @param memberId id of the member, unsigned
 * @param name name that it publishes
 * @param clientUrls where it says that clients reach it
 * @param heartbeatMillis time between two signs of life of a leader
 * @param electionMillis election timeout
 * @param quotaBytes bytes that the store may take: 0 for 2 GiB, negative for no bound
 * @param requestBytesMax largest request
 * @param txnOpsMax most operations of a transaction
 * @param watchProgressNanos how often a quiet watcher is told the revision
 * @param compactionRows rows removed in one step of a compaction
 * @param compactionPauseNanos pause between two steps
 * @param leaseCheckpoint whether the remaining time of leases goes into the log
 * @param strictReconfigCheck whether a change of members is refused that could cost the quorum
 * @param learnersMax most learners at a time
 * @param retention what automatic compaction keeps
 */
@API(status = API.Status.EXPERIMENTAL)
public record MemberSettings(
        long clusterId,
        long memberId,
        String name,
        List<String> clientUrls,
        long heartbeatMillis,
        long electionMillis,
        long quotaBytes,
        int requestBytesMax,
        int txnOpsMax,
        long watchProgressNanos,
        int compactionRows,
        long compactionPauseNanos,
        boolean leaseCheckpoint,
        boolean strictReconfigCheck,
        int learnersMax,
        Retention retention) {
    /**
     * What automatic compaction keeps.
     *
     * @param byTime true for a time, false for a number of revisions
     * @param amount nanoseconds or revisions; 0 turns automatic compaction off
     */
    public record Retention(boolean byTime, long amount) {}

    /** Takes a copy of the list. */
    public MemberSettings {
        clientUrls = List.copyOf(clientUrls);
    }

    /** How long a proposal waits for its answer: five seconds and two election timeouts, as in etcd. */
    long requestTimeoutMillis() {
        return 5000 + 2 * electionMillis;
    }
}
