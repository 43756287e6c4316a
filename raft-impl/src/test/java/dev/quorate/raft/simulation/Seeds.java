/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.simulation;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs simulations on all processors, a line for each seed and in their order. */
public final class Seeds {
    private final String profile;
    private final int events;
    private final Simulation simulation;
    private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8); // these are the answers

    private Seeds(String profile, int events, Simulation simulation) {
        this.profile = profile;
        this.events = events;
        this.simulation = simulation;
    }

    /** Runs one. */
    @FunctionalInterface
    public interface Simulation {
        /**
         * Runs one.
         *
         * @param profile which faults
         * @param seed where all chance comes from
         * @param events how long
         * @return what has come of it, with the trace hash
         * @throws RuntimeException if something does not hold that must
         */
        String run(String profile, long seed, int events);
    }

    /** What has come of a seed. */
    private record Outcome(boolean violated, String line) {}

    /**
     * Runs simulations, and ends this process: with 0 if nothing was violated.
     *
     * @param args first seed, number of seeds, events for each, profile, and whether to end at the first violation
     * @param simulation runs one of them
     * @throws InterruptedException never
     * @throws ExecutionException if a simulation does not work
     */
    public static void main(String[] args, Simulation simulation) throws InterruptedException, ExecutionException {
        Seeds runs = new Seeds(args[3], Integer.parseInt(args[2]), simulation);
        long violations = runs.runAll(Long.parseLong(args[0]), Long.parseLong(args[1]), Boolean.parseBoolean(args[4]));
        System.exit(violations == 0 ? 0 : 1);
    }

    private long runAll(long first, long count, boolean untilViolation)
            throws InterruptedException, ExecutionException {
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService executor = Executors.newFixedThreadPool(threads, work -> {
            Thread thread = new Thread(work, "quorate-simulate");
            thread.setDaemon(true);
            return thread;
        });
        Deque<Future<Outcome>> pending = new ArrayDeque<>();
        long violations = 0;
        long printed = 0;
        for (long seed = first; seed < first + count || !pending.isEmpty(); seed++) {
            if (seed < first + count) {
                long own = seed;
                pending.add(executor.submit(() -> run(own)));
            }
            boolean drain = seed >= first + count - 1;
            while (!pending.isEmpty() && (drain || pending.size() > 2 * threads)) {
                Outcome outcome = pending.remove().get();
                printed++;
                out.println(outcome.line());
                out.flush();
                if (outcome.violated()) {
                    violations++;
                    if (untilViolation) {
                        out.println("1 violation in " + printed + " seeds");
                        out.flush();
                        return violations;
                    }
                }
            }
        }
        out.println(violations + " violations in " + printed + " seeds");
        out.flush();
        executor.shutdownNow();
        return violations;
    }

    private Outcome run(long seed) {
        String name = "seed " + seed + " " + profile + ": ";
        try {
            return new Outcome(false, name + simulation.run(profile, seed, events));
        } catch (RuntimeException e) {
            String again = "  again: dev/simulate --seed " + seed + " --events " + events + " --profile " + profile;
            return new Outcome(true, name + "violated: " + e.getMessage() + System.lineSeparator() + again);
        }
    }
}
