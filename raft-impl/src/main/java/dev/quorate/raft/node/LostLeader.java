/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.core.RaftCore;
import dev.quorate.raft.core.Role;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.Random;

/**
 * Looks for another leader soon, once nobody listens any more where the leader was reached: its process has ended, so
 * there is no need to wait for the election timeout.
 *
 * <p>It does so by pre-votes only, and a member that still hears of the leader refuses them. So a leader that is alive
 * is left alone unless most members have found its address refusing connections.
 *
 * <p>Confined to whoever runs the mailbox.
 */
final class LostLeader {
    private static final int ATTEMPTS = 5;
    private static final int SPREAD_TICKS = 3; // so that members do not ask at the same time

    private final RaftCore core;
    private final Random random;
    private final boolean preVote;
    private int attemptsLeft;
    private int ticksLeft;

    LostLeader(RaftCore core, RaftConfig config, Random random) {
        this.core = core;
        this.random = random;
        preVote = config.times().preVote();
    }

    /** Notes that the address of a member refuses connections. */
    void refused(long memberId) {
        if (preVote && core.leaderId() == memberId) {
            core.forgetLeader();
            attemptsLeft = ATTEMPTS;
            ticksLeft = 1 + random.nextInt(SPREAD_TICKS);
        }
    }

    void tick() {
        if (attemptsLeft == 0) {
            return;
        }
        if (core.leaderId() != Message.NOBODY || core.role() == Role.CANDIDATE) {
            attemptsLeft = 0;
            return;
        }
        ticksLeft--;
        if (ticksLeft <= 0) {
            attemptsLeft--;
            ticksLeft = 1 + random.nextInt(SPREAD_TICKS);
            core.campaign();
        }
    }
}
