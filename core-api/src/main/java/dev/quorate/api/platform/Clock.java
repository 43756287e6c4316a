/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.platform;

import org.apiguardian.api.API;

/** Tells the time. The inside reads it nowhere: the edge reads it once and passes it down. Thread-safe. */
@API(status = API.Status.EXPERIMENTAL)
public interface Clock {
    /**
     * Returns a time that only moves forward.
     *
     * @return nanoseconds since some moment
     */
    long monotonicNanos();

    /**
     * Returns the time of day.
     *
     * @return milliseconds since 1970 UTC
     */
    long wallMillis();
}
