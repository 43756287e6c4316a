/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import dev.quorate.raft.simulation.Chance;
import dev.quorate.raft.simulation.SimulatedNetwork;

/** What the simulated parts of a member ask of the world around them. Chance, time and faults come from here. */
interface ServerWorld extends Chance {
    /** Returns the nanoseconds that have passed. */
    long nanos();

    /** Lets other things happen while a member waits for its disk; the member may be dead afterwards. */
    void block(ServerProcess process);

    /** Hears that a process has come to the call in which it dies. */
    void crashed(ServerProcess process);

    /** Hears that a member is one. */
    void admit(long memberId);

    SimulatedNetwork network();

    ServerRules rules();

    Revisions revisions();

    LeaseClients leases();
}
