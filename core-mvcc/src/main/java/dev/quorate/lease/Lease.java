/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.lease;

import dev.quorate.api.bytes.Bytes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One lease. Every field but the keys of its index is guarded by the lock of the lessor. */
final class Lease {
    /** The moment that never comes: what followers know of the end of a lease. */
    static final long NEVER = Long.MAX_VALUE;

    final long id;
    final long ttlSeconds;
    final Set<Bytes> keys = new HashSet<>(4);

    /** What was left at the last checkpoint, 0 for none. */
    long remainingTtlSeconds;

    /** When it ends; {@link #NEVER} unless the lessor is primary. */
    long end = NEVER;

    /** Its place in {@link Lessor}'s queue of ends, never after {@link #end} while it lives; {@link #NEVER} outside. */
    long queuedEnd = NEVER;

    /** Its place in the queue of checkpoints; {@link #NEVER} outside. */
    long queuedCheckpoint = NEVER;

    /** A renewal came too late, and the end has not been put off since. */
    boolean ending;

    /** Who waits for its revocation; created when needed. */
    List<Runnable> waiting = List.of();

    Lease(long id, long ttlSeconds, long remainingTtlSeconds) {
        this.id = id;
        this.ttlSeconds = ttlSeconds;
        this.remainingTtlSeconds = remainingTtlSeconds;
    }

    /** Time to live that a new leader gives it. */
    long promotedTtlSeconds() {
        return remainingTtlSeconds > 0 ? remainingTtlSeconds : ttlSeconds;
    }

    List<Bytes> sortedKeys() {
        List<Bytes> sorted = new ArrayList<>(keys);
        sorted.sort(null);
        return sorted;
    }
}
