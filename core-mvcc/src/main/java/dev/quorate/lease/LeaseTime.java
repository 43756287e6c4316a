/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.lease;

import dev.quorate.api.bytes.Bytes;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What is known of the time of a lease.
 *
 * @param ttlSeconds whole seconds that remain, cut towards zero; below 0 shortly before the revocation
 * @param grantedTtlSeconds time to live as granted
 * @param keys the keys that hang on it, sorted; empty if not asked for
 */
@API(status = API.Status.EXPERIMENTAL)
public record LeaseTime(long ttlSeconds, long grantedTtlSeconds, List<Bytes> keys) {}
