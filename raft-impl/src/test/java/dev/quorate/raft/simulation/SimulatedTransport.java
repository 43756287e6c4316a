/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.simulation;

import dev.quorate.raft.spi.PeerTransport;
import java.util.List;

/** What all transports of simulated processes have in common: everybody is reached. */
public abstract class SimulatedTransport implements PeerTransport {
    private final SimulatedProcess process;

    /**
     * Makes the way out of a process.
     *
     * @param process the process
     */
    protected SimulatedTransport(SimulatedProcess process) {
        this.process = process;
    }

    @Override
    public final void start(Receiver receiver) {
        process.listen(receiver);
    }

    @Override
    public void addPeer(long memberId, List<String> urls) {}

    @Override
    public void removePeer(long memberId) {}

    @Override
    public final void close() {
        process.listen(null);
    }
}
