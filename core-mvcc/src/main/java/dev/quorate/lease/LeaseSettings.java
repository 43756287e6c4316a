/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.lease;

import org.apiguardian.api.API;

/**
 * How a {@link Lessor} treats leases.
 *
 * @param minTtlSeconds shortest time to live; shorter wishes get this one
 * @param checkpointIntervalNanos how often the remaining time of a long lease goes into the log; 0 for never
 * @param retryNanos after which time a lease that ended is named again while its revocation is not applied
 * @param endsPerSecondMax how many leases may end per second; a new leader spreads them so
 */
@API(status = API.Status.EXPERIMENTAL)
public record LeaseSettings(long minTtlSeconds, long checkpointIntervalNanos, long retryNanos, int endsPerSecondMax) {
    private static final long SECOND = 1_000_000_000L;

    /**
     * The settings of etcd, but for the shortest time, which depends on the election timeout.
     *
     * @param minTtlSeconds shortest time to live
     * @return the settings
     */
    public static LeaseSettings of(long minTtlSeconds) {
        return new LeaseSettings(minTtlSeconds, 300 * SECOND, 3 * SECOND, 1000);
    }

    /**
     * Returns the shortest time to live that etcd allows for an election timeout: one and a half of it, in whole
     * seconds rounded up.
     *
     * @param electionTimeoutMillis the timeout
     * @return seconds
     */
    public static long minTtlSeconds(long electionTimeoutMillis) {
        return (3 * electionTimeoutMillis + 1999) / 2000;
    }
}
