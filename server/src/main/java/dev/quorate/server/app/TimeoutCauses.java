/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.platform.Clock;
import dev.quorate.membership.Membership;

/**
 * Says why a proposal has timed out, as far as one can know. Thread-safe. Source: etcd v3.7.1,
 * {@code server/etcdserver/server.go}, {@code parseProposeCtxErr}.
 */
final class TimeoutCauses {
    private final LeaderWatch leaders;
    private final Connections connections;
    private final Membership membership;
    private final Clock clock;
    private final long memberId;

    TimeoutCauses(LeaderWatch leaders, Connections connections, Membership membership, Clock clock, long memberId) {
        this.leaders = leaders;
        this.connections = connections;
        this.membership = membership;
        this.clock = clock;
        this.memberId = memberId;
    }

    /** Returns what the proposer is told. */
    EtcdException of(long startNanos) {
        if (leaders.wasElectedAfter(startNanos)) {
            return EtcdError.TIMEOUT_DUE_TO_LEADER_FAIL.exception();
        }
        long leader = leaders.leaderId();
        long nanos = clock.monotonicNanos() - startNanos;
        boolean lost = leader != 0
                && (leader == memberId
                        ? !connections.isQuorumFor(membership.members(), nanos)
                        : !connections.isConnectedFor(leader, nanos));
        return (lost ? EtcdError.TIMEOUT_DUE_TO_CONNECTION_LOST : EtcdError.TIMEOUT).exception();
    }
}
