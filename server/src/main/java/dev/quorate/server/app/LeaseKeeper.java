/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.platform.Clock;
import dev.quorate.api.platform.Metrics;
import dev.quorate.lease.Lessor;
import dev.quorate.raft.spi.Consensus;
import dev.quorate.schema.Command;
import java.util.List;

/**
 * Ends leases whose time is over, by proposals, and follows leadership: only the leader knows the time of leases.
 *
 * <p>Called every {@link #INTERVAL_MILLIS} by one timer. Source: etcd v3.7.1, {@code server/etcdserver/server.go},
 * {@code revokeExpiredLeases}.
 */
final class LeaseKeeper {
    /** How often it wants to be called. */
    static final long INTERVAL_MILLIS = 500;

    private static final int ENDS_MAX = 500;
    private static final int CHECKPOINTS_MAX = 1000;

    private final Lessor lessor;
    private final Proposals proposals;
    private final Consensus consensus;
    private final Clock clock;
    private final long extendNanos;
    private final Metrics.Counter expired;
    private long leadingTerm;

    LeaseKeeper(MemberParts parts, Clock clock, long electionNanos, Metrics metrics) {
        this.lessor = parts.lessor();
        this.proposals = parts.proposals();
        this.consensus = parts.consensus();
        this.clock = clock;
        this.extendNanos = electionNanos;
        this.expired =
                metrics.counter("etcd_debugging_server_lease_expired_total", "The total number of expired leases.");
    }

    /** Follows leadership, and ends what is over. */
    synchronized void tick() {
        var status = consensus.status();
        long now = clock.monotonicNanos();
        if (status.isLeader() && status.term() != leadingTerm) {
            leadingTerm = status.term();
            lessor.promote(now, extendNanos);
        } else if (!status.isLeader() && leadingTerm != 0) {
            leadingTerm = 0;
            lessor.demote();
        }
        for (long id : lessor.expired(now, ENDS_MAX)) {
            proposals.propose(new Command.LeaseRevoke(id)).thenRun(() -> expired.add(1));
        }
        List<Command.Checkpoint> due = lessor.dueCheckpoints(now, CHECKPOINTS_MAX).stream()
                .map(lease -> new Command.Checkpoint(lease.id(), lease.remainingTtlSeconds()))
                .toList();
        if (!due.isEmpty()) {
            proposals.propose(new Command.LeaseCheckpoint(due));
        }
    }
}
