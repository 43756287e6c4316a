/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import java.time.Duration;
import org.apiguardian.api.API;

/**
 * How a node counts time, in ticks.
 *
 * @param tick time between two ticks: one heartbeat
 * @param electionTicks ticks without a leader before an election; above 1
 * @param preVote whether a candidate asks before it begins a new term
 * @param requestTicks after how many ticks a proposal that found no leader, or a read that got no answer, is dropped
 * @param electionTickAdvance whether the first election comes early once most of the others are connected
 */
@API(status = API.Status.EXPERIMENTAL)
public record NodeTimes(
        Duration tick, int electionTicks, boolean preVote, int requestTicks, boolean electionTickAdvance) {
    /**
     * The usual times.
     *
     * @param heartbeatMillis time between heartbeats
     * @param electionMillis time after which a follower stands for election
     * @param preVote whether a candidate asks before it begins a new term
     * @param electionTickAdvance whether the first election comes early once most of the others are connected
     * @return the times
     */
    public static NodeTimes of(
            long heartbeatMillis, long electionMillis, boolean preVote, boolean electionTickAdvance) {
        return new NodeTimes(
                Duration.ofMillis(heartbeatMillis),
                (int) (electionMillis / heartbeatMillis),
                preVote,
                (int) ((5000 + 2 * electionMillis) / heartbeatMillis),
                electionTickAdvance);
    }
}
