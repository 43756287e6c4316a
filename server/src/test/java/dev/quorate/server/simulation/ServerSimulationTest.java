/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.raft.simulation.Violation;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clusters of whole members from a seed. {@code dev/simulate --profile server} runs more of them, and each again. */
final class ServerSimulationTest {
    private static final int EVENTS = 20_000;

    static LongStream seeds() {
        return LongStream.concat(LongStream.rangeClosed(1, 5), LongStream.of(new Random().nextInt(1_000_000)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void holdsWhatIsPromised(long seed) {
        try (ServerSimulation simulation = new ServerSimulation(seed)) {
            simulation.run(EVENTS);
            assertThat(simulation.kv().acknowledged()).isGreaterThan(20);
            assertThat(simulation.watches().heard()).isGreaterThan(20);
        } catch (Violation e) {
            throw new AssertionError("dev/simulate --seed " + seed + " --profile server", e);
        }
    }

    @Test
    void isTheSameForTheSameSeed() {
        assertThat(hash(7)).isEqualTo(hash(7));
        assertThat(hash(8)).isNotEqualTo(hash(7));
    }

    private static long hash(long seed) {
        try (ServerSimulation simulation = new ServerSimulation(seed)) {
            simulation.run(3_000);
            return simulation.hash();
        }
    }
}
