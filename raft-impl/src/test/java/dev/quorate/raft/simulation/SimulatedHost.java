/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.simulation;

import org.jspecify.annotations.Nullable;

/** A member through all of its processes. */
public interface SimulatedHost {
    /**
     * Returns the member.
     *
     * @return its id
     */
    long id();

    /**
     * Tells whether its process stands still.
     *
     * @return true if it does
     */
    boolean isPaused();

    /**
     * Returns the present process.
     *
     * @return null while there is none
     */
    @Nullable
    SimulatedProcess life();
}
