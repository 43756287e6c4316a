/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.core.Simulation;
import dev.quorate.raft.simulation.Seeds;
import java.util.concurrent.ExecutionException;

/** Runs simulations of Raft. Started by {@code dev/simulate}. */
public final class Simulate {
    private Simulate() {}

    /**
     * Runs simulations.
     *
     * @param args see {@link Seeds#main}
     * @throws InterruptedException never
     * @throws ExecutionException if a simulation does not work
     */
    public static void main(String[] args) throws InterruptedException, ExecutionException {
        Seeds.main(args, Simulate::run);
    }

    private static String run(String profile, long seed, int events) {
        if (profile.equals("core")) {
            Simulation simulation = new Simulation(seed);
            simulation.run(events);
            return simulation.summary();
        }
        ClusterSimulation simulation = new ClusterSimulation(seed, Profile.named(profile));
        simulation.run(events);
        return simulation.summary();
    }
}
