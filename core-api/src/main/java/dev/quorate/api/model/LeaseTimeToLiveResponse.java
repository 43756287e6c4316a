/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import dev.quorate.api.bytes.Bytes;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Tells how long a lease has to live.
 *
 * @param header who answered, and at which revision
 * @param id the lease
 * @param ttlSeconds whole seconds that remain; -1 if there is no such lease
 * @param grantedTtlSeconds time to live as granted
 * @param keys attached keys, if asked for
 */
@API(status = API.Status.EXPERIMENTAL)
public record LeaseTimeToLiveResponse(
        ResponseHeader header, long id, long ttlSeconds, long grantedTtlSeconds, List<Bytes> keys) {
    /** Takes copies of lists. */
    public LeaseTimeToLiveResponse {
        keys = List.copyOf(keys);
    }
}
