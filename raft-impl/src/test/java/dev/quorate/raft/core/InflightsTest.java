/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in flight is bounded in number and in bytes. */
final class InflightsTest {
    private record Flight(long index, long bytes) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void behavesAsAQueue(long seed) {
        Random random = new Random(seed);
        int countMax = 1 + random.nextInt(20);
        Inflights inflights = new Inflights(countMax, 100);
        ArrayDeque<Flight> model = new ArrayDeque<>();
        long index = 0;
        for (int step = 0; step < 5000; step++) {
            if (random.nextBoolean() && !inflights.isFull()) {
                index += 1 + random.nextInt(3);
                long bytes = random.nextInt(40);
                model.add(new Flight(index, bytes));
                inflights.add(index, bytes);
            } else if (!model.isEmpty()) {
                long upTo = model.peek().index() - 1 + random.nextInt(5);
                model.removeIf(flight -> flight.index() <= upTo);
                inflights.freeUpTo(upTo);
            }
            long bytes = model.stream().mapToLong(Flight::bytes).sum();
            assertThat(inflights.count()).as("seed %d", seed).isEqualTo(model.size());
            assertThat(inflights.bytes()).as("seed %d", seed).isEqualTo(bytes);
            assertThat(inflights.isFull()).as("seed %d", seed).isEqualTo(model.size() == countMax || bytes >= 100);
        }
    }

    @Test
    void takesNoMoreThanItMay() {
        Inflights inflights = new Inflights(1, 0);
        inflights.add(3, 1_000_000);
        assertThatIllegalStateException().isThrownBy(() -> inflights.add(4, 1));
        inflights.reset();
        inflights.add(4, 1);
        assertThat(inflights.isFull()).isTrue();
    }
}
