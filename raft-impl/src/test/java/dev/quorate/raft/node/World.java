/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.simulation.Chance;
import dev.quorate.raft.spi.PeerTransport;

/** What the simulated parts of a member ask of the world around them. Chance and faults come from here. */
interface World extends Chance {
    /** Lets other things happen while a member waits for its disk; the member may be dead afterwards. */
    void block(SimulatedLife life);

    /** Tells whether a write of a member fails now. */
    boolean failsNow(SimulatedLife life);

    /** Hears that a life has come to the call in which it dies. */
    void crashed(SimulatedLife life);

    /** Returns what must hold. */
    Invariants invariants();

    /** Returns what clients were told. */
    History history();

    /** Makes a way to the others for a life that begins. */
    PeerTransport transport(SimulatedLife life);

    /** Hears that a member has ended by itself, of a cause that is a fault of the simulation. */
    void ended(SimulatedLife life);
}
