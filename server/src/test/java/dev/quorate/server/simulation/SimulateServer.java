/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import dev.quorate.raft.simulation.Seeds;
import java.util.concurrent.ExecutionException;

/** Runs simulations of whole members. Started by {@code dev/simulate}. */
public final class SimulateServer {
    private SimulateServer() {}

    /**
     * Runs simulations.
     *
     * @param args see {@link Seeds#main}
     * @throws InterruptedException never
     * @throws ExecutionException if a simulation does not work
     */
    public static void main(String[] args) throws InterruptedException, ExecutionException {
        Seeds.main(args, (profile, seed, events) -> run(seed, events));
    }

    private static String run(long seed, int events) {
        try (ServerSimulation simulation = new ServerSimulation(seed)) {
            simulation.run(events);
            return simulation.summary();
        }
    }
}
