/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.core.RaftCore;
import dev.quorate.raft.core.Role;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.PeerTransport;

/**
 * Lets the first election of a member that has just started come early: once most of the others are connected, all but
 * two ticks of the timeout pass at once, since a leader would be heard of within them.
 *
 * <p>Confined to whoever runs the mailbox. Source: etcd v3.7.1, {@code adjustTicks}.
 */
final class EarlyElection {
    private static final int TICKS_LEFT = 2;

    private final RaftCore core;
    private final PeerTransport transport;
    private final int electionTicks;
    private boolean open;
    private int ticks;

    EarlyElection(RaftCore core, RaftConfig config, PeerTransport transport) {
        this.core = core;
        this.transport = transport;
        electionTicks = config.times().electionTicks();
        open = config.times().electionTickAdvance();
    }

    void tick() {
        if (!open) {
            return;
        }
        ticks++;
        if (core.role() != Role.FOLLOWER || core.leaderId() != Message.NOBODY || ticks >= electionTicks) {
            open = false;
        } else if (isConnectedToMost()) {
            open = false;
            for (int i = ticks; i < electionTicks - TICKS_LEFT; i++) {
                core.tick();
            }
        }
    }

    private boolean isConnectedToMost() {
        long voters = core.confState().voters().size();
        long connected = core.confState().voters().stream()
                .filter(id -> transport.connectedNanos(id) >= 0)
                .count();
        return voters > 1 && connected + 1 > voters / 2;
    }
}
