/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.platform.Clock;
import dev.quorate.api.platform.Metrics;
import dev.quorate.lease.Lessor;
import dev.quorate.schema.Command;
import java.util.List;

/**
 * Ends leases whose time is over, by proposals. Only the leader knows the time of leases.
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
    private final Activity activity;
    private final Clock clock;
    private final Metrics.Counter expired;

    LeaseKeeper(MemberParts parts, Activity activity, Clock clock, Metrics metrics) {
        this.lessor = parts.lessor();
        this.proposals = parts.proposals();
        this.activity = activity;
        this.clock = clock;
        this.expired =
                metrics.counter("etcd_debugging_server_lease_expired_total", "The total number of expired leases.");
    }

    /** Ends what is over. */
    void tick() {
        if (lessor.isPrimary()) {
            activity.confirmLeader().thenAccept(leads -> {
                if (leads) {
                    work();
                }
            });
        }
    }

    private synchronized void work() {
        long now = clock.monotonicNanos();
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
