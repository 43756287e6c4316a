/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.lease;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.platform.Metrics;
import dev.quorate.mvcc.LeaseBook;
import dev.quorate.schema.LeaseRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The leases of a member.
 *
 * <p>Three callers, one lock that is held briefly:
 *
 * <ul>
 *   <li>the thread that applies calls {@link #grant}, {@link #revoke}, {@link #checkpoint} and, through the store,
 *       {@link #attach}, {@link #detach}, {@link #leaseOf}, {@link #exists}. {@code leaseOf} is confined to it and
 *       takes no lock;
 *   <li>the lease keeper of the server calls {@link #expired} and {@link #dueCheckpoints} every 500 ms, and
 *       {@link #promote} and {@link #demote} when leadership changes;
 *   <li>any thread calls {@link #renew}, {@link #timeToLive}, {@link #list}, {@link #whenEnded}, {@link #exists}.
 * </ul>
 *
 * <pre>{@code
 * applier: keys = lessor.revoke(id); writer.deleteKeys(keys); batch.delete(LEASE, LeaseRecord.key(id));
 * keeper:  for (long id : lessor.expired(now, 500)) propose(LeaseRevoke(id));   // again after 3 s if not applied
 * }</pre>
 *
 * <p>Times are nanoseconds of {@link dev.quorate.api.platform.Clock#monotonicNanos}. A member that does not lead knows
 * no ends: there, every lease lives for ever. There is no timer per lease: ends lie in a sorted queue, and a renewal,
 * which only makes an end later, leaves the old place alone until it is reached, so it costs a map look-up.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Lessor implements LeaseBook {
    /** Longest time to live. */
    public static final long MAX_TTL_SECONDS = 9_000_000_000L;

    private static final long SECOND = 1_000_000_000L;

    private final LeaseSettings settings;
    private final long origin;
    private final Object lock = new Object();
    private final Map<Long, Lease> leases = new HashMap<>();
    private final TreeSet<Lease> ends =
            new TreeSet<>(Comparator.comparingLong((Lease l) -> l.queuedEnd).thenComparingLong(l -> l.id));
    private final TreeSet<Lease> checkpoints = new TreeSet<>(
            Comparator.comparingLong((Lease l) -> l.queuedCheckpoint).thenComparingLong(l -> l.id));
    private boolean primary;

    /** Confined to the thread that applies. */
    private final Map<Bytes, Lease> leaseByKey = new HashMap<>();

    private final Metrics.Counter granted;
    private final Metrics.Counter revoked;
    private final Metrics.Counter renewed;
    private final Metrics.Histogram ttls;

    /**
     * Creates a lessor without leases that is not primary.
     *
     * @param settings how to treat leases
     * @param metrics takes counts
     * @param nowNanos now; no later call names an earlier time
     */
    public Lessor(LeaseSettings settings, Metrics metrics, long nowNanos) {
        this.settings = settings;
        this.origin = nowNanos;
        granted = metrics.counter("etcd_debugging_lease_granted_total", "The total number of granted leases.");
        revoked = metrics.counter("etcd_debugging_lease_revoked_total", "The total number of revoked leases.");
        renewed = metrics.counter(
                "etcd_debugging_lease_renewed_total", "The number of renewed leases seen by the leader.");
        ttls = metrics.histogram(
                "etcd_debugging_lease_ttl_total",
                "Bucketed histogram of lease TTLs.",
                Metrics.exponentialBuckets(1, 2, 24));
    }

    /**
     * Takes up the leases that lie in storage in place of those that are known, and stops being primary. Keys are
     * attached afterwards, by the store when it opens.
     *
     * @param rows the rows
     */
    public void restore(Collection<LeaseRecord> rows) {
        List<Runnable> waiting;
        synchronized (lock) {
            waiting = stopBeingPrimary();
            leases.clear();
            for (LeaseRecord row : rows) {
                long ttlSeconds = Math.max(row.ttlSeconds(), settings.minTtlSeconds());
                leases.put(row.id(), new Lease(row.id(), ttlSeconds, row.remainingTtlSeconds()));
            }
        }
        leaseByKey.clear();
        waiting.forEach(Runnable::run);
    }

    /**
     * Grants a lease. The caller stores its row ({@link LeaseRecord}) in the same batch.
     *
     * @param id the lease; whoever proposes chooses it
     * @param ttlSeconds wanted time to live
     * @param nowNanos now
     * @return the time to live that it has
     * @throws EtcdException {@code LEASE_EXIST}, {@code LEASE_TTL_TOO_LARGE}, or {@code LEASE_NOT_FOUND} for id 0
     */
    public long grant(long id, long ttlSeconds, long nowNanos) {
        if (id == 0) {
            throw new EtcdException(EtcdError.LEASE_NOT_FOUND);
        }
        if (ttlSeconds > MAX_TTL_SECONDS) {
            throw new EtcdException(EtcdError.LEASE_TTL_TOO_LARGE);
        }
        Lease lease = new Lease(id, Math.max(ttlSeconds, settings.minTtlSeconds()), 0);
        synchronized (lock) {
            if (leases.putIfAbsent(id, lease) != null) {
                throw new EtcdException(EtcdError.LEASE_EXIST);
            }
            if (primary) {
                endAt(lease, after(nowNanos, lease.ttlSeconds * SECOND));
                scheduleCheckpoint(lease, nowNanos);
            }
        }
        granted.add(1);
        ttls.observe((double) lease.ttlSeconds);
        return lease.ttlSeconds;
    }

    /**
     * Ends a lease. The caller deletes its keys and its row in the same batch; none of them counts as attached any
     * more.
     *
     * @param id the lease
     * @return the keys that hung on it, sorted
     * @throws EtcdException {@code LEASE_NOT_FOUND}
     */
    public List<Bytes> revoke(long id) {
        List<Bytes> keys;
        List<Runnable> waiting;
        synchronized (lock) {
            Lease lease = leases.remove(id);
            if (lease == null) {
                throw new EtcdException(EtcdError.LEASE_NOT_FOUND);
            }
            endAt(lease, Lease.NEVER);
            checkpointAt(lease, Lease.NEVER);
            keys = lease.sortedKeys();
            waiting = lease.waiting;
            lease.waiting = List.of();
        }
        keys.forEach(leaseByKey::remove);
        revoked.add(1);
        waiting.forEach(Runnable::run);
        return keys;
    }

    /**
     * Notes what is left of a lease, for the next leader.
     *
     * @param id the lease; an unknown one is ignored
     * @param remainingTtlSeconds what is left; 0 for all of it
     * @param nowNanos now
     * @return the row to store, or null if there is no such lease
     */
    public @Nullable LeaseRecord checkpoint(long id, long remainingTtlSeconds, long nowNanos) {
        synchronized (lock) {
            Lease lease = leases.get(id);
            if (lease == null) {
                return null;
            }
            lease.remainingTtlSeconds = remainingTtlSeconds;
            if (primary) {
                scheduleCheckpoint(lease, nowNanos);
            }
            return new LeaseRecord(id, lease.ttlSeconds, remainingTtlSeconds);
        }
    }

    @Override
    public boolean exists(long id) {
        synchronized (lock) {
            return leases.containsKey(id);
        }
    }

    @Override
    public long leaseOf(Bytes key) {
        Lease lease = leaseByKey.get(key);
        return lease == null ? 0 : lease.id;
    }

    @Override
    public void attach(long id, Bytes key) {
        synchronized (lock) {
            Lease lease = leases.get(id);
            if (lease != null) {
                lease.keys.add(key);
                leaseByKey.put(key, lease);
            }
        }
    }

    @Override
    public void detach(long id, Bytes key) {
        synchronized (lock) {
            Lease lease = leases.get(id);
            if (lease != null && lease.keys.remove(key)) {
                leaseByKey.remove(key);
            }
        }
    }

    /**
     * Gives a lease its full time again. Only the leader can.
     *
     * @param id the lease
     * @param nowNanos now
     * @return how it went
     */
    public Renewal renew(long id, long nowNanos) {
        long ttlSeconds;
        synchronized (lock) {
            if (!primary) {
                return new Renewal(Renewal.Outcome.NOT_PRIMARY, 0);
            }
            Lease lease = leases.get(id);
            if (lease == null) {
                return new Renewal(Renewal.Outcome.NOT_FOUND, 0);
            }
            if (lease.end <= at(nowNanos)) {
                lease.ending = true;
                return new Renewal(Renewal.Outcome.ENDING, 0);
            }
            if (lease.remainingTtlSeconds > 0 && settings.checkpointIntervalNanos() > 0) {
                return new Renewal(Renewal.Outcome.CHECKPOINTED, 0);
            }
            ttlSeconds = lease.ttlSeconds;
            endAt(lease, after(nowNanos, ttlSeconds * SECOND));
        }
        renewed.add(1);
        return new Renewal(Renewal.Outcome.RENEWED, ttlSeconds);
    }

    /**
     * Calls back once when a lease is revoked to which a renewal came too late ({@link Renewal.Outcome#ENDING}), or
     * when leadership changes before that.
     *
     * @param id the lease
     * @param then called on the thread that revokes, promotes or demotes; must return at once. Called before this
     *     method returns if that has happened already
     */
    public void whenEnded(long id, Runnable then) {
        synchronized (lock) {
            Lease lease = leases.get(id);
            if (primary && lease != null && lease.ending) {
                if (lease.waiting.isEmpty()) {
                    lease.waiting = new ArrayList<>(2);
                }
                lease.waiting.add(then);
                return;
            }
        }
        then.run();
    }

    /**
     * Tells how long a lease has to live. Only the leader knows; elsewhere the time is some 292 years.
     *
     * @param id the lease
     * @param nowNanos now
     * @param keys tell its keys too
     * @return the time, or null if there is no such lease
     */
    public @Nullable LeaseTime timeToLive(long id, long nowNanos, boolean keys) {
        synchronized (lock) {
            Lease lease = leases.get(id);
            if (lease == null) {
                return null;
            }
            long remaining = lease.end == Lease.NEVER ? Lease.NEVER : lease.end - at(nowNanos);
            return new LeaseTime(remaining / SECOND, lease.ttlSeconds, keys ? lease.sortedKeys() : List.of());
        }
    }

    /**
     * Tells whether this member manages the ends of leases.
     *
     * @return true between {@link #promote} and {@link #demote}
     */
    public boolean isPrimary() {
        synchronized (lock) {
            return primary;
        }
    }

    /**
     * Lists all leases.
     *
     * @return their ids, the one that ends next first; equal ends by id
     */
    public List<Long> list() {
        record Listed(long end, long id) {}
        List<Listed> listed;
        synchronized (lock) {
            listed = new ArrayList<>(leases.size());
            leases.values().forEach(lease -> listed.add(new Listed(lease.end, lease.id)));
        }
        listed.sort(Comparator.comparingLong(Listed::end).thenComparingLong(Listed::id));
        return listed.stream().map(Listed::id).toList();
    }

    /**
     * Counts the leases.
     *
     * @return how many there are
     */
    public int size() {
        synchronized (lock) {
            return leases.size();
        }
    }

    /**
     * Makes this the member that manages ends: it was elected. Every lease gets its full time, or what its last
     * checkpoint left, and some more for the time without a leader; ends that would pile up are spread.
     *
     * @param nowNanos now
     * @param extendNanos what every lease gets on top: the election timeout
     */
    public void promote(long nowNanos, long extendNanos) {
        List<Runnable> waiting;
        synchronized (lock) {
            primary = true;
            waiting = takeWaiting();
            for (Lease lease : leases.values()) {
                endAt(lease, after(nowNanos, lease.promotedTtlSeconds() * SECOND + extendNanos));
                scheduleCheckpoint(lease, nowNanos);
            }
            if (leases.size() >= settings.endsPerSecondMax()) {
                spread(nowNanos);
            }
        }
        waiting.forEach(Runnable::run);
    }

    /** Makes this a member that knows no ends: it does not lead any more. */
    public void demote() {
        List<Runnable> waiting;
        synchronized (lock) {
            waiting = stopBeingPrimary();
        }
        waiting.forEach(Runnable::run);
    }

    private List<Runnable> stopBeingPrimary() {
        primary = false;
        ends.clear();
        checkpoints.clear();
        for (Lease lease : leases.values()) {
            lease.end = Lease.NEVER;
            lease.queuedEnd = Lease.NEVER;
            lease.queuedCheckpoint = Lease.NEVER;
            lease.ending = false;
        }
        return takeWaiting();
    }

    private List<Runnable> takeWaiting() {
        List<Runnable> waiting = new ArrayList<>();
        for (Lease lease : leases.values()) {
            waiting.addAll(lease.waiting);
            lease.waiting = List.of();
        }
        return waiting;
    }

    /**
     * Names leases whose time is over, for revocation. A lease is named again some time later if it is still there.
     *
     * @param nowNanos now
     * @param max at most so many
     * @return their ids, the one that was to be named first at the front; empty unless primary
     */
    public List<Long> expired(long nowNanos, int max) {
        List<Long> over = new ArrayList<>();
        synchronized (lock) {
            long now = at(nowNanos);
            while (!ends.isEmpty() && over.size() < max) {
                Lease first = ends.first();
                if (first.queuedEnd > now) {
                    break;
                }
                if (first.end > first.queuedEnd) {
                    queueEnd(first, first.end);
                } else {
                    over.add(first.id);
                    queueEnd(first, after(nowNanos, settings.retryNanos()));
                }
            }
        }
        return over;
    }

    /**
     * Names leases whose remaining time should go into the log.
     *
     * @param nowNanos now
     * @param max at most so many
     * @return what is left of them, in whole seconds rounded up, as the arguments of {@link #checkpoint}
     */
    public List<LeaseRecord> dueCheckpoints(long nowNanos, int max) {
        List<LeaseRecord> due = new ArrayList<>();
        synchronized (lock) {
            long now = at(nowNanos);
            while (!checkpoints.isEmpty() && due.size() < max) {
                Lease first = checkpoints.first();
                if (first.queuedCheckpoint > now) {
                    break;
                }
                checkpointAt(first, Lease.NEVER);
                long remaining = first.end - now;
                if (remaining <= 0) {
                    continue;
                }
                long remainingTtlSeconds = (remaining - 1) / SECOND + 1;
                if (remainingTtlSeconds < first.ttlSeconds) {
                    due.add(new LeaseRecord(first.id, first.ttlSeconds, remainingTtlSeconds));
                } else {
                    scheduleCheckpoint(first, nowNanos);
                }
            }
        }
        return due;
    }

    /**
     * Makes ends of many leases that lie together later, so that no more end per second than three quarters of what can
     * be revoked: etcd's rule.
     */
    private void spread(long nowNanos) {
        List<Lease> byEnd = new ArrayList<>(leases.values());
        byEnd.sort(Comparator.comparingLong((Lease l) -> l.end).thenComparingLong(l -> l.id));
        int targetPerSecond = Math.max(1, 3 * settings.endsPerSecondMax() / 4);
        long windowStart = byEnd.get(0).end;
        long windowEnd = windowStart + SECOND;
        int inWindow = 0;
        for (Lease lease : byEnd) {
            long end = lease.end;
            if (end > windowEnd) {
                windowStart = end;
                windowEnd = saturatedAdd(windowStart, SECOND);
                inWindow = 1;
                continue;
            }
            inWindow++;
            if (inWindow <= targetPerSecond) {
                continue;
            }
            long delay = (long) ((double) SECOND * inWindow / targetPerSecond) - (end - windowStart);
            windowEnd = saturatedAdd(windowStart, delay);
            if (delay > 0) {
                endAt(lease, saturatedAdd(end, delay));
                scheduleCheckpoint(lease, nowNanos);
            }
        }
    }

    private void scheduleCheckpoint(Lease lease, long nowNanos) {
        long interval = settings.checkpointIntervalNanos();
        if (interval > 0 && lease.promotedTtlSeconds() > interval / SECOND) {
            checkpointAt(lease, after(nowNanos, interval));
        }
    }

    /** Sets when a lease ends. An end that only becomes later keeps its place in the queue until that is reached. */
    private void endAt(Lease lease, long end) {
        lease.end = end;
        lease.ending = false;
        if (end < lease.queuedEnd || end == Lease.NEVER) {
            queueEnd(lease, end);
        }
    }

    private void queueEnd(Lease lease, long place) {
        if (lease.queuedEnd != Lease.NEVER) {
            ends.remove(lease);
        }
        lease.queuedEnd = place;
        if (place != Lease.NEVER) {
            ends.add(lease);
        }
    }

    private void checkpointAt(Lease lease, long place) {
        if (lease.queuedCheckpoint != Lease.NEVER) {
            checkpoints.remove(lease);
        }
        lease.queuedCheckpoint = place;
        if (place != Lease.NEVER) {
            checkpoints.add(lease);
        }
    }

    /** A time of the clock, whose zero may be anywhere, as nanoseconds since the beginning. */
    private long at(long nowNanos) {
        return nowNanos - origin;
    }

    private long after(long nowNanos, long delayNanos) {
        return saturatedAdd(at(nowNanos), delayNanos);
    }

    /** Adds, but stays before {@link Lease#NEVER}. */
    private static long saturatedAdd(long time, long delay) {
        long sum = time + delay;
        return sum < time || sum == Lease.NEVER ? Lease.NEVER - 1 : sum;
    }
}
