/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import org.apiguardian.api.API;

/**
 * Knows which leases there are and which keys hang on them. The store keeps it true; the lessor implements it.
 *
 * <p>Called by the thread that applies (and by {@link MvccStore#open} before there is one), so that all members see the
 * same answers at the same entry. Must not block.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface LeaseBook {
    /** Knows no lease; for stores that have none. */
    LeaseBook NONE = new LeaseBook() {
        @Override
        public boolean exists(long id) {
            return false;
        }

        @Override
        public long leaseOf(Bytes key) {
            return 0;
        }

        @Override
        public void attach(long id, Bytes key) {}

        @Override
        public void detach(long id, Bytes key) {}
    };

    /**
     * Tells whether a lease was granted and not revoked.
     *
     * @param id the lease, not 0
     * @return true if it is there
     */
    boolean exists(long id);

    /**
     * Returns the lease that a key hangs on.
     *
     * @param key the key
     * @return its lease, 0 for none
     */
    long leaseOf(Bytes key);

    /**
     * Hangs a key on a lease. The key hangs on no other one at that time: {@link #detach} came before.
     *
     * @param id the lease, not 0; unknown ones are ignored (a store may come back with keys of leases that are gone)
     * @param key the key, which holds no memory but its own
     */
    void attach(long id, Bytes key);

    /**
     * Takes a key off a lease.
     *
     * @param id the lease that {@link #leaseOf} told
     * @param key the key
     */
    void detach(long id, Bytes key);
}
