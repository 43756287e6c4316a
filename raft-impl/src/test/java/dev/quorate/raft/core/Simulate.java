/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Runs simulations, a line for each seed. Started by {@code dev/simulate}; ends with 0 if nothing was violated. */
public final class Simulate {
    private Simulate() {}

    /**
     * Runs simulations.
     *
     * @param args first seed, number of seeds, events for each
     */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8); // the answers of the script itself
        long first = Long.parseLong(args[0]);
        long count = Long.parseLong(args[1]);
        int events = Integer.parseInt(args[2]);
        long violations = 0;
        for (long seed = first; seed < first + count; seed++) {
            Simulation simulation = new Simulation(seed);
            try {
                simulation.run(events);
                simulation.invariants().logsMatch();
                out.println("seed " + seed + ": " + simulation.summary());
            } catch (RuntimeException e) {
                violations++;
                out.println("seed " + seed + ": " + e.getMessage());
                out.println("  again: dev/simulate --seed " + seed + " --events " + events);
            }
        }
        out.println(violations + " violations in " + count + " seeds");
        System.exit(violations == 0 ? 0 : 1);
    }
}
