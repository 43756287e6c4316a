/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import dev.quorate.api.bytes.Bytes;
import org.apiguardian.api.API;

/**
 * Asks to store a value under a key.
 *
 * @param key the key
 * @param value the value
 * @param lease lease to attach to, 0 for none
 * @param prevKv answer with what was there before
 * @param ignoreValue keep the value that is there
 * @param ignoreLease keep the lease that is there
 */
@API(status = API.Status.EXPERIMENTAL)
public record PutRequest(Bytes key, Bytes value, long lease, boolean prevKv, boolean ignoreValue, boolean ignoreLease)
        implements RequestOp {

    /**
     * Asks to store a value without a lease.
     *
     * @param key the key
     * @param value the value
     * @return the request
     */
    public static PutRequest of(Bytes key, Bytes value) {
        return new PutRequest(key, value, 0, false, false, false);
    }

    /**
     * The same request with a lease.
     *
     * @param id the lease
     * @return the request
     */
    public PutRequest withLease(long id) {
        return new PutRequest(key, value, id, prevKv, ignoreValue, ignoreLease);
    }

    /**
     * The same request, answered with what was there before.
     *
     * @return the request
     */
    public PutRequest withPrevKv() {
        return new PutRequest(key, value, lease, true, ignoreValue, ignoreLease);
    }
}
