/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import dev.quorate.api.platform.Clock;
import java.util.function.LongSupplier;

/** The clock of a member: it begins anywhere, and goes faster or slower than time. */
final class MemberClock implements Clock {
    /** So much faster or slower it goes at most. */
    static final int DRIFT_PER_MILLE_MAX = 50;

    private static final long BEGIN_MILLIS = 1_700_000_000_000L;
    private static final long NANOS_OF_MILLI = 1_000_000;

    private final LongSupplier time;
    private final long origin;
    private final long perMille;

    /**
     * Makes a clock.
     *
     * @param time nanoseconds that have passed
     * @param origin what it shows then, less what has passed
     * @param drift thousandths by which it is fast
     */
    MemberClock(LongSupplier time, long origin, int drift) {
        this.time = time;
        this.origin = origin;
        this.perMille = 1000L + drift;
    }

    @Override
    public long monotonicNanos() {
        return origin + time.getAsLong() / 1000 * perMille;
    }

    @Override
    public long wallMillis() {
        return BEGIN_MILLIS + time.getAsLong() / NANOS_OF_MILLI;
    }
}
