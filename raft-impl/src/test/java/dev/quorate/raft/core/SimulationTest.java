/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole clusters from a seed. {@code dev/simulate} runs more of them, and each again. */
final class SimulationTest {
    private static final int EVENTS = 20_000;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 20);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void holdsWhatRaftPromises(long seed) {
        Simulation simulation = new Simulation(seed);
        simulation.run(EVENTS);
        assertThat(simulation.invariants().committed()).as("seed %d", seed).isGreaterThan(50);
        assertThat(simulation.invariants().leaders()).as("seed %d", seed).isPositive();
    }

    @Test
    void isTheSameForTheSameSeed() {
        Simulation one = new Simulation(7);
        Simulation other = new Simulation(7);
        one.run(5_000);
        other.run(5_000);
        assertThat(one.hash()).isEqualTo(other.hash());
        assertThat(new Simulation(8).hash()).isNotEqualTo(one.hash());
    }
}
