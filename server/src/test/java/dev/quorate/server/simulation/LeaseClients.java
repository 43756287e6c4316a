/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.model.LeaseGrantRequest;
import dev.quorate.api.model.LeaseTimeToLiveResponse;
import dev.quorate.api.storage.StorageReader;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.LeaseRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Clients that hold leases. A lease that was renewed lives on for its time, by the slowest clock, from when the renewal
 * was asked for. Leaders may overlap for a while, since one that is cut off learns of it late: so much earlier it may
 * end, and so long a renewal may still be answered.
 */
final class LeaseClients {
    private static final long OVERLAP_NANOS = TimeUnit.MILLISECONDS.toNanos(2 * ServerSettings.ELECTION_MILLIS + 500);
    private static final int TTL_MIN_SECONDS = 3;
    private static final int TTL_SPREAD_SECONDS = 4;
    private static final int LEASES_MAX = 5; // at a time

    private static final class Held {
        final long id;
        long ttlSeconds;
        boolean granted; // somebody was told
        boolean revoking; // somebody has asked for it
        long safeNanos = Long.MIN_VALUE; // it lives until then
        long revokedNanos = Long.MAX_VALUE; // somebody was told then that it is gone
        long missedNanos = Long.MAX_VALUE; // somebody was told then that there is no such lease
        long endedNanos = Long.MAX_VALUE; // the first member has ended it then

        Held(long id) {
            this.id = id;
        }

        boolean isOver() {
            return endedNanos != Long.MAX_VALUE;
        }
    }

    private final ServerWorld world;
    private final Client client;
    private final Map<Long, Held> leases = new TreeMap<>();
    private long nextId = 1000;
    private int renewed;
    private int expired;
    private int replacements;

    LeaseClients(ServerWorld world, Client client) {
        this.world = world;
        this.client = client;
    }

    int renewed() {
        return renewed;
    }

    int expired() {
        return expired;
    }

    private List<Held> living() {
        return leases.values().stream().filter(lease -> !lease.isOver()).toList();
    }

    /** Returns a lease that was granted, 0 for none. */
    long some() {
        List<Held> known = living().stream().filter(lease -> lease.granted).toList();
        return known.isEmpty() ? 0 : known.get(world.dice(known.size())).id;
    }

    /** Asks a member for something. */
    void ask(ServerProcess process) {
        List<Held> living = living();
        int dice = world.dice(20);
        if (living.isEmpty() || (dice < 3 && living.size() < LEASES_MAX)) {
            grant(process);
        } else if (dice < 15) {
            // Some are kept alive, some die.
            List<Held> kept = living.stream().filter(lease -> lease.id % 3 != 0).toList();
            List<Held> asked = kept.isEmpty() || world.dice(10) == 0 ? List.copyOf(leases.values()) : kept;
            renew(process, asked.get(world.dice(asked.size())));
        } else if (dice < 16) {
            revoke(process, living.get(world.dice(living.size())));
        } else {
            look(process);
        }
    }

    private void grant(ServerProcess process) {
        long ttlSeconds = (long) TTL_MIN_SECONDS + world.dice(TTL_SPREAD_SECONDS);
        Held lease = new Held(++nextId);
        lease.ttlSeconds = ttlSeconds;
        leases.put(lease.id, lease);
        long asked = world.nanos();
        client.ask(
                process,
                process.services().leases().grant(new LeaseGrantRequest(ttlSeconds, lease.id)),
                answer -> {
                    lease.granted = true;
                    lives(process, lease, asked);
                },
                failure -> {});
    }

    /** Notes that a lease has its whole time from a moment on. */
    private void lives(ServerProcess process, Held lease, long from) {
        long time = TimeUnit.SECONDS.toNanos(lease.ttlSeconds) / 1000 * (1000 - MemberClock.DRIFT_PER_MILLE_MAX);
        lease.safeNanos = Math.max(lease.safeNanos, from + time - OVERLAP_NANOS);
        check(process, lease);
    }

    private void check(ServerProcess process, Held lease) {
        world.rules()
                .require(
                        lease.revoking || lease.endedNanos >= lease.safeNanos,
                        "a lease that is kept alive does not end",
                        process,
                        lease.id,
                        lease.ttlSeconds,
                        lease.endedNanos,
                        lease.safeNanos,
                        world.nanos());
    }

    private void renew(ServerProcess process, Held lease) {
        long asked = world.nanos();
        boolean granted = lease.granted;
        client.ask(
                process,
                process.services().leases().keepAlive(lease.id),
                answer -> {
                    if (answer.ttlSeconds() > 0) {
                        renewed++;
                        long late = asked - OVERLAP_NANOS;
                        world.rules()
                                .require(
                                        Math.min(lease.revokedNanos, lease.missedNanos) > late
                                                && lease.endedNanos > late,
                                        "a renewal is refused when the lease is gone",
                                        process,
                                        lease.id,
                                        asked,
                                        lease.revokedNanos,
                                        lease.missedNanos,
                                        lease.endedNanos);
                        lives(process, lease, asked);
                    } else {
                        // Perhaps it is being ended just now.
                        lease.missedNanos = granted ? Math.min(lease.missedNanos, world.nanos()) : lease.missedNanos;
                    }
                },
                failure -> {});
    }

    private void revoke(ServerProcess process, Held lease) {
        lease.revoking = true;
        client.ask(
                process,
                process.services().leases().revoke(lease.id),
                answer -> {
                    lease.revokedNanos = Math.min(lease.revokedNanos, world.nanos());
                    world.rules().require(lease.isOver(), "what is revoked is gone", process, lease.id);
                },
                failure -> {});
    }

    /** Compares what a member says of its leases with what it has stored. */
    void look(ServerProcess process) {
        if (process.isBusy()) {
            return;
        }
        client.ask(
                process,
                process.services().leases().leases(),
                answer -> world.rules()
                        .require(
                                process.stored().leases().equals(new TreeSet<>(answer.ids())),
                                "a member knows the leases that it has stored",
                                process,
                                answer.ids(),
                                process.stored().leases()),
                failure -> {});
    }

    /** Asks for the keys of all leases, while nobody writes. */
    void askForKeys(ServerProcess process) {
        for (long id : process.stored().leases()) {
            client.ask(
                    process,
                    process.services().leases().timeToLive(id, true),
                    answer -> checkKeys(process, answer),
                    failure -> {});
        }
    }

    private void checkKeys(ServerProcess process, LeaseTimeToLiveResponse answer) {
        if (answer.grantedTtlSeconds() == 0 || process.isBusy()) {
            return; // over
        }
        List<Bytes> expected =
                world.revisions().keysOf(answer.id(), world.revisions().last());
        Held lease = leases.get(answer.id());
        if (lease == null || lease.isOver()) {
            return;
        }
        world.rules()
                .require(
                        expected.equals(answer.keys()),
                        "a lease knows its keys",
                        process,
                        answer.id(),
                        answer.keys(),
                        expected);
    }

    /** Hears that a member has ended a lease: its keys are gone with it. */
    void ended(ServerProcess process, long id, long revision) {
        List<Bytes> left = world.revisions().keysOf(id, revision);
        world.rules().require(left.isEmpty(), "the keys of a lease end with it", process, id, revision, left);
        Held lease = leases.get(id);
        if (lease != null && !lease.isOver()) {
            lease.endedNanos = world.nanos();
            expired += lease.revoking ? 0 : 1;
            check(process, lease);
        }
    }

    /** Returns how often a member has got the state of another one. */
    int replacements() {
        return replacements;
    }

    /** Hears that a member has the state of another one: keys hang on leases that are there. */
    void replaced(ServerProcess process, StorageReader rows, long revision) {
        replacements++;
        List<Long> missing = new ArrayList<>();
        for (KeyValue kv : world.revisions().range(KvClients.ALL, revision)) {
            if (kv.lease() != 0 && rows.get(Buckets.LEASE, LeaseRecord.key(kv.lease())) == null) {
                missing.add(kv.lease());
            }
        }
        world.rules().require(missing.isEmpty(), "keys hang on leases that are there", process, revision, missing);
    }
}
