/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.platform.Clock;
import dev.quorate.api.platform.Metrics;
import dev.quorate.lease.Lessor;
import dev.quorate.raft.spi.ConsensusStatus;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Follows who leads, for all that depends on it.
 *
 * <p>Leases: a member that does not lead any more renews none from that moment on; one that was elected looks after
 * them once it has applied the entry by which its term begins, and with it all that earlier leaders had committed.
 *
 * <p>Thread-safe. Source: etcd v3.7.1, {@code server/etcdserver/server.go} ({@code updateLeadership},
 * {@code applyEntryNormal}), {@code server/etcdserver/api/v3rpc/interceptor.go} ({@code monitorLeader}).
 */
final class LeaderWatch {
    /** So many looks, one per election timeout, have to find no leader before streams are told. */
    private static final int LOOKS_WITHOUT_LEADER = 3;

    private final Lessor lessor;
    private final Clock clock;
    private final long electionNanos;
    private final Metrics.Counter changes;
    private final List<Runnable> onNewLeader = new CopyOnWriteArrayList<>();
    private final Set<Loss> onLost = ConcurrentHashMap.newKeySet();
    private final Object lock = new Object();

    // Guarded by the lock.
    private long leadingTerm; // 0 if this member does not lead
    private long begunTerm; // the entry by which it begins is applied
    private long primaryTerm; // leases are looked after in it
    private int looksWithoutLeader;

    private volatile long leaderId;
    private volatile long electedNanos;
    private volatile boolean everElected;

    /** Something to run; equal to no other. */
    private static final class Loss {
        final Runnable then;

        Loss(Runnable then) {
            this.then = then;
        }
    }

    LeaderWatch(Lessor lessor, Clock clock, long electionNanos, Metrics metrics) {
        this.lessor = lessor;
        this.clock = clock;
        this.electionNanos = electionNanos;
        this.changes = metrics.counter("etcd_server_leader_changes_seen_total", "The number of leader changes seen.");
    }

    /** Hears how the log stands now; one call at a time, in order. */
    void changed(ConsensusStatus status) {
        look(() -> status);
    }

    /** Asks how the log stands now, in case that nobody has told. */
    void look(Supplier<ConsensusStatus> log) {
        boolean newLeader;
        synchronized (lock) {
            ConsensusStatus status = log.get();
            newLeader = status.leaderId() != 0 && status.leaderId() != leaderId;
            if (newLeader) {
                changes.add(1);
            }
            leaderId = status.leaderId();
            if (status.isLeader()) {
                if (leadingTerm != status.term()) {
                    electedNanos = clock.monotonicNanos();
                    everElected = true;
                    leadingTerm = status.term();
                }
                promote();
            } else if (leadingTerm != 0) {
                leadingTerm = 0;
                primaryTerm = 0;
                lessor.demote();
            }
        }
        if (newLeader) {
            onNewLeader.forEach(Runnable::run);
        }
    }

    /** Hears, from the thread that applies, that the entry is applied by which a term begins. */
    void begun(long term) {
        synchronized (lock) {
            begunTerm = term;
            promote();
        }
    }

    private void promote() {
        if (leadingTerm != 0 && leadingTerm == begunTerm && primaryTerm != leadingTerm) {
            primaryTerm = leadingTerm;
            lessor.promote(clock.monotonicNanos(), electionNanos);
        }
    }

    /** Forgets that leases are looked after: the lessor holds those of another store now. */
    void leasesReplaced() {
        synchronized (lock) {
            primaryTerm = 0;
            promote();
        }
    }

    /** Returns who leads as far as this member knows, 0 for nobody. */
    long leaderId() {
        return leaderId;
    }

    /**
     * Tells whether a request could have been lost in the change of leaders after which this member leads.
     *
     * @param startNanos when the request began
     */
    boolean wasElectedAfter(long startNanos) {
        long elected = electedNanos;
        return everElected && startNanos - elected < 0 && startNanos - (elected - 2 * electionNanos) > 0;
    }

    /** Has something run whenever there is another leader. */
    void whenNewLeader(Runnable then) {
        onNewLeader.add(then);
    }

    /** Has something run whenever no leader was known for three election timeouts; the answer ends it. */
    Runnable whenLost(Runnable then) {
        Loss own = new Loss(then);
        onLost.add(own);
        return () -> onLost.remove(own);
    }

    /** Looks whether there is a leader; called once per election timeout. */
    void tick() {
        synchronized (lock) {
            looksWithoutLeader = leaderId == 0 ? looksWithoutLeader + 1 : 0;
            if (looksWithoutLeader < LOOKS_WITHOUT_LEADER) {
                return;
            }
        }
        onLost.forEach(loss -> loss.then.run());
    }
}
