/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.Random;

/**
 * The ticks that have passed. The election timeout is drawn anew in each term and role, from one to below two timeouts,
 * so that votes are seldom split (Raft paper, section 5.2).
 */
final class Timers {
    private final int electionTicks;
    private final int heartbeatTicks;
    private final Random random;
    private int electionElapsed;
    private int heartbeatElapsed;
    private int randomizedElectionTicks;

    Timers(RaftSettings settings, Random random) {
        electionTicks = settings.electionTicks();
        heartbeatTicks = settings.heartbeatTicks();
        this.random = random;
    }

    void reset() {
        electionElapsed = 0;
        heartbeatElapsed = 0;
        randomizedElectionTicks = electionTicks + random.nextInt(electionTicks);
    }

    void tick() {
        electionElapsed++;
        heartbeatElapsed++;
    }

    void restartElection() {
        electionElapsed = 0;
    }

    void restartHeartbeat() {
        heartbeatElapsed = 0;
    }

    boolean isElectionDue() {
        return electionElapsed >= randomizedElectionTicks;
    }

    boolean isHeartbeatDue() {
        return heartbeatElapsed >= heartbeatTicks;
    }

    /** Tells whether a whole election timeout, not randomized, has passed. */
    boolean hasElectionTimeoutPassed() {
        return electionElapsed >= electionTicks;
    }

    void randomizedElectionTicks(int ticks) {
        randomizedElectionTicks = ticks;
    }
}
