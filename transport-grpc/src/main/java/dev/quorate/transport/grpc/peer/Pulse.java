/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import java.util.concurrent.TimeUnit;

/**
 * Whether the other side of a stream is there: it is asked now and then, and whatever comes shows that it is. For the
 * event loop only.
 */
final class Pulse {
    /** As etcd: a stream from which nothing comes for so long is dead. */
    static final long SILENCE_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

    private static final long INTERVAL_NANOS = SILENCE_NANOS_MAX / 3;

    private long heardNanos = Nanos.now();
    private long pingedNanos = heardNanos;
    private long pings = 1;
    private boolean pingWaits = true;
    private long pongWaits; // number of the ping that is not answered yet, 0 for none

    /** Something has come. */
    void heard() {
        heardNanos = Nanos.now();
    }

    /** The other side asks. Only the last question is answered. */
    void asked(long number) {
        pongWaits = number;
    }

    /** Returns how long an answer took, in nanoseconds; -1 if nobody asked that. */
    long answered(long number) {
        return number == pings && !pingWaits ? Nanos.since(pingedNanos) : -1;
    }

    /** Lets time pass; false if there was silence for too long. */
    boolean tick() {
        if (Nanos.since(heardNanos) > SILENCE_NANOS_MAX) {
            return false;
        }
        if (!pingWaits && Nanos.since(pingedNanos) >= INTERVAL_NANOS) {
            pingWaits = true;
            pings++;
        }
        return true;
    }

    /** Writes what is to be asked and answered. */
    void write(FrameWriter writer) {
        if (pingWaits) {
            pingWaits = false;
            pingedNanos = Nanos.now();
            writer.ping(pings);
        }
        if (pongWaits != 0) {
            writer.pong(pongWaits, Nanos.wallMillis());
            pongWaits = 0;
        }
    }
}
