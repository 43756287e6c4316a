/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hashes made while compacting, of the newest ten compactions. Asked for the revision of one of them, a member answers
 * with it, even when that revision is compacted by now. Thread-safe.
 */
final class HashCache {
    private static final int SIZE_MAX = 10;

    private volatile List<Hash> hashes = List.of();

    /**
     * A hash.
     *
     * @param hash the CRC
     * @param compactRevision the compact revision that it was made under
     * @param revision up to where records were hashed
     */
    record Hash(int hash, long compactRevision, long revision) {}

    /** Adds a hash. Called by one thread. */
    void store(Hash hash) {
        List<Hash> longer = new ArrayList<>(hashes);
        longer.add(hash);
        longer.sort(Comparator.comparingLong(Hash::revision));
        hashes = List.copyOf(longer.subList(Math.max(0, longer.size() - SIZE_MAX), longer.size()));
    }

    @Nullable
    Hash find(long revision) {
        for (Hash hash : hashes) {
            if (hash.revision() == revision) {
                return hash;
            }
        }
        return null;
    }
}
