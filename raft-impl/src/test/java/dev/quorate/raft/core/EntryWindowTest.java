/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A window behaves as a list does, and what it has handed out never changes. */
final class EntryWindowTest {
    private static Entry entry(long term, long index) {
        return new Entry(term, index, EntryType.NORMAL, Bytes.EMPTY);
    }

    private record Taken(List<Entry> slice, List<Entry> copy) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behavesAsAList(long seed) {
        Random random = new Random(seed);
        EntryWindow window = new EntryWindow(1);
        List<Entry> model = new ArrayList<>();
        long first = 1;
        List<Taken> taken = new ArrayList<>();
        for (int step = 0; step < 3000; step++) {
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    int keep = random.nextInt(4) == 0 ? random.nextInt(model.size() + 1) : model.size();
                    List<Entry> more = new ArrayList<>();
                    for (int i = random.nextInt(6); i >= 0; i--) {
                        more.add(entry(step, first + keep + more.size()));
                    }
                    model.subList(keep, model.size()).clear();
                    model.addAll(more);
                    window.append(more);
                }
                case 2 -> {
                    int drop = random.nextInt(model.size() + 1);
                    model.subList(0, drop).clear();
                    first += drop;
                    window.dropBefore(first);
                }
                default -> {
                    int from = random.nextInt(model.size() + 1);
                    int to = from + random.nextInt(model.size() - from + 1);
                    List<Entry> slice = window.slice(first + from, first + to);
                    taken.add(new Taken(slice, List.copyOf(model.subList(from, to))));
                }
            }
            assertThat(window.firstIndex()).as("seed %d", seed).isEqualTo(first);
            assertThat(window.slice(first, window.endIndexExclusive()))
                    .as("seed %d", seed)
                    .isEqualTo(model);
        }
        assertThat(taken).as("seed %d", seed).allMatch(each -> each.slice().equals(each.copy()));
    }

    @Test
    void refusesGaps() {
        EntryWindow window = new EntryWindow(5);
        assertThatIllegalStateException().isThrownBy(() -> window.append(List.of(entry(1, 6))));
        assertThatIllegalStateException().isThrownBy(() -> window.append(List.of(entry(1, 4))));
        assertThatIllegalStateException().isThrownBy(() -> window.get(5));
    }
}
