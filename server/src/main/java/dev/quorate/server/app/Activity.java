/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.platform.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Knows whether this process has been at work all the time. One that was paused may take itself for the leader when it
 * goes on, though another one has been elected meanwhile, until the others have told it so. So from a pause on it asks
 * first, until it was once confirmed.
 *
 * <p>Thread-safe. Source: etcd v3.7.1, {@code server/etcdserver/server.go}, {@code ensureLeadership}.
 */
final class Activity {
    private static final int BEATS_MISSED_MAX = 3;

    private final Clock clock;
    private final Supplier<CompletableFuture<Void>> confirmation;
    private final BooleanSupplier leads;
    private final long gapNanosMax;
    private volatile long lastBeat;
    private volatile int pauses; // written by the timer alone
    private volatile int pausesConfirmed; // after so many of them this member was found to lead

    /**
     * Begins to take note.
     *
     * @param clock time, which passes in pauses too
     * @param confirmation asks the others; succeeds once they have confirmed a leader
     * @param leads whether this member takes itself for the leader
     * @param heartbeatMillis how often {@link #beat} is called
     */
    Activity(Clock clock, Supplier<CompletableFuture<Void>> confirmation, BooleanSupplier leads, long heartbeatMillis) {
        this.clock = clock;
        this.confirmation = confirmation;
        this.leads = leads;
        this.gapNanosMax = BEATS_MISSED_MAX * TimeUnit.MILLISECONDS.toNanos(heartbeatMillis);
        this.lastBeat = clock.monotonicNanos();
    }

    /** Called once per heartbeat. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void beat() {
        if (isPause()) {
            pauses++;
        }
        lastBeat = clock.monotonicNanos();
    }

    private boolean isPause() {
        return clock.monotonicNanos() - lastBeat > gapNanosMax;
    }

    /** Tells whether this member, which takes itself for the leader, is it. */
    CompletableFuture<Boolean> confirmLeader() {
        boolean paused = isPause(); // looked at first: the beat that ends a pause counts it before
        int seen = pauses;
        if (!paused && pausesConfirmed == seen) {
            return CompletableFuture.completedFuture(true);
        }
        return confirmation.get().handle((done, failure) -> {
            boolean confirmed = failure == null && leads.getAsBoolean();
            if (confirmed) {
                pausesConfirmed = seen;
            }
            return confirmed;
        });
    }
}
