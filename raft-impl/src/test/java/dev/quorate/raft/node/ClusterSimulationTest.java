/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.raft.simulation.Violation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clusters of whole nodes from a seed. {@code dev/simulate} runs more of them, and each again. */
final class ClusterSimulationTest {
    private static final int EVENTS = 20_000;
    private static final int SEEDS = 10;

    @ParameterizedTest
    @EnumSource
    void holdsWhatIsPromised(Profile profile) {
        int written = 0;
        int read = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            ClusterSimulation simulation = new ClusterSimulation(seed, profile);
            try {
                simulation.run(EVENTS);
            } catch (Violation e) {
                throw new AssertionError("dev/simulate --seed " + seed + " --profile " + profile.label(), e);
            }
            written += simulation.history().answeredWrites();
            read += simulation.history().answeredReads();
        }
        assertThat(written).isGreaterThan(50 * SEEDS);
        assertThat(read).isGreaterThan(50 * SEEDS);
    }

    @Test
    void isTheSameForTheSameSeed() {
        assertThat(hash(7)).isEqualTo(hash(7));
        assertThat(hash(8)).isNotEqualTo(hash(7));
    }

    private static long hash(long seed) {
        ClusterSimulation simulation = new ClusterSimulation(seed, Profile.ALL);
        simulation.run(5_000);
        return simulation.hash();
    }
}
