/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.simulation;

/** Ends whatever a member was doing when its process died. */
public final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Ends a call. */
    public Crash() {
        super("the process died", null, false, false);
    }
}
