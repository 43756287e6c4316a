/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import java.time.Duration;
import org.apiguardian.api.API;

/**
 * Lets time pass for Raft, which counts ticks and knows no clock.
 *
 * <p>Implemented on a scheduler by whoever puts a member together, and by hand in simulations; called by the node. The
 * task never blocks. Ticks that are late may be handed in together, but not more of them than time has passed: a member
 * that was paused must not believe that its followers had time to answer.
 */
@API(status = API.Status.EXPERIMENTAL)
@FunctionalInterface
public interface Ticker {
    /** Ends the ticks. */
    interface Handle extends AutoCloseable {
        /** Ends the ticks; the task is not running any more when this returns, unless it is the caller. */
        @Override
        void close();
    }

    /**
     * Begins to tick.
     *
     * @param interval time between two ticks
     * @param task runs at each tick, one at a time, on any thread
     * @return ends it
     */
    Handle start(Duration interval, Runnable task);
}
