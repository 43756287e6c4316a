/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.platform.Clock;
import dev.quorate.raft.spi.Consensus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Knows whether this process has been at work all the time. One that was paused may take itself for the leader when it
 * goes on, though another one has been elected meanwhile; so it asks first.
 *
 * <p>Thread-safe. Source: etcd v3.7.1, {@code server/etcdserver/server.go}, {@code ensureLeadership}.
 */
final class Activity {
    private static final int BEATS_MISSED_MAX = 3;

    private final Clock clock;
    private final ReadGate gate;
    private final Consensus consensus;
    private final long beatNanos;
    private volatile long lastBeat;

    Activity(Clock clock, ReadGate gate, Consensus consensus, long heartbeatMillis) {
        this.clock = clock;
        this.gate = gate;
        this.consensus = consensus;
        this.beatNanos = TimeUnit.MILLISECONDS.toNanos(heartbeatMillis);
        this.lastBeat = clock.monotonicNanos();
    }

    /** Called once per heartbeat. */
    void beat() {
        lastBeat = clock.monotonicNanos();
    }

    /** Tells whether this member, which takes itself for the leader, is it. */
    CompletableFuture<Boolean> confirmLeader() {
        if (clock.monotonicNanos() - lastBeat <= BEATS_MISSED_MAX * beatNanos) {
            return CompletableFuture.completedFuture(true);
        }
        return gate.confirm()
                .handle((done, failure) -> failure == null && consensus.status().isLeader());
    }
}
