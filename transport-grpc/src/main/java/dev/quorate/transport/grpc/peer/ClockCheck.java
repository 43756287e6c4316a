/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns if the clock of another member differs much from this one's. For the event loop only. */
final class ClockCheck {
    private static final Logger LOG = LoggerFactory.getLogger(ClockCheck.class);
    private static final long DRIFT_MILLIS_MAX = 1_000; // as etcd

    private final long peerId;
    private boolean told;

    ClockCheck(long peerId) {
        this.peerId = peerId;
    }

    /**
     * Compares the clocks.
     *
     * @param theirMillis the time there, half of the round trip ago
     * @param roundTripNanos how long the round trip took
     */
    void compare(long theirMillis, long roundTripNanos) {
        Duration roundTrip = Duration.ofNanos(roundTripNanos);
        long drift = theirMillis + roundTrip.toMillis() / 2 - Nanos.wallMillis();
        boolean high = Math.abs(drift) > DRIFT_MILLIS_MAX;
        if (high && !told) {
            LOG.atWarn()
                    .addKeyValue("remote-peer-id", Long.toHexString(peerId))
                    .addKeyValue("clock-drift", Duration.ofMillis(-drift))
                    .addKeyValue("rtt", roundTrip)
                    .log("prober found high clock drift");
        }
        told = high;
    }
}
