/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyRange;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random ranges, held against asking each of them. */
class RangeTreeTest {
    @Test
    void findsExactlyTheRangesThatHoldAKey() {
        for (long seed = 1; seed <= 100; seed++) {
            Random random = new Random(seed);
            RangeTree tree = new RangeTree();
            Set<KeyRange> ranges = new LinkedHashSet<>();
            for (int step = 0; step < 400; step++) {
                KeyRange range = range(random);
                if (random.nextInt(3) > 0) {
                    assertThat(tree.groupOf(range).range).isEqualTo(range);
                    ranges.add(range);
                } else {
                    KeyRange gone = ranges.isEmpty() || random.nextInt(4) == 0
                            ? range
                            : new ArrayList<>(ranges).get(random.nextInt(ranges.size()));
                    tree.remove(gone);
                    ranges.remove(gone);
                }
                Bytes key = key(random);
                List<KeyRange> found = new ArrayList<>();
                tree.find(key, group -> found.add(group.range));
                assertThat(found)
                        .as("seed %s step %s", seed, step)
                        .containsExactlyInAnyOrderElementsOf(
                                ranges.stream().filter(r -> r.contains(key)).toList());
                assertThat(tree.isEmpty()).isEqualTo(ranges.isEmpty());
            }
        }
    }

    @Test
    void aRangeHasOneGroup() {
        RangeTree tree = new RangeTree();
        KeyRange range = KeyRange.prefix(Bytes.utf8("a"));
        assertThat(tree.groupOf(range)).isSameAs(tree.groupOf(KeyRange.prefix(Bytes.utf8("a"))));
    }

    private static KeyRange range(Random random) {
        while (true) {
            Bytes end = random.nextInt(6) == 0 ? KeyRange.FROM_KEY : key(random);
            KeyRange range = new KeyRange(key(random), end);
            if (!range.isEmpty()) {
                return range;
            }
        }
    }

    private static Bytes key(Random random) {
        byte[] key = new byte[1 + random.nextInt(2)];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (random.nextInt(12) * 20 + 1);
        }
        return Bytes.wrap(key);
    }
}
