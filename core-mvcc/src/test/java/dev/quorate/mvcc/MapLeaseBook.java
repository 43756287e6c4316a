/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Leases as a map, which refuses what the store must never do. */
public final class MapLeaseBook implements LeaseBook {
    private final Map<Long, Set<Bytes>> leases = new TreeMap<>();
    private final Map<Bytes, Long> keys = new HashMap<>();

    /** Grants a lease. */
    public void grant(long id) {
        leases.putIfAbsent(id, new TreeSet<>());
    }

    /** Ends a lease whose keys are gone. */
    public void revoke(long id) {
        Set<Bytes> left = leases.remove(id);
        if (left == null || !left.isEmpty()) {
            throw new AssertionError("lease " + id + " still has " + left);
        }
    }

    /** Returns the keys of all leases. */
    public Map<Long, Set<Bytes>> attached() {
        return leases;
    }

    @Override
    public boolean exists(long id) {
        return leases.containsKey(id);
    }

    @Override
    public long leaseOf(Bytes key) {
        return keys.getOrDefault(key, 0L);
    }

    @Override
    public void attach(long id, Bytes key) {
        Set<Bytes> attached = leases.get(id);
        if (attached == null) {
            return;
        }
        if (keys.put(key, id) != null || !attached.add(key)) {
            throw new AssertionError(key + " already hangs on a lease");
        }
    }

    @Override
    public void detach(long id, Bytes key) {
        if (!Long.valueOf(id).equals(keys.remove(key))
                || !leases.getOrDefault(id, new TreeSet<>()).remove(key)) {
            throw new AssertionError(key + " does not hang on " + id);
        }
    }
}
