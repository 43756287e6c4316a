/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.txn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Intervals against a list of ranges. */
class KeyIntervalsTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void holdsWhatTheRangesHold(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            KeyIntervals intervals = new KeyIntervals();
            List<KeyRange> ranges = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                KeyRange range = range(random);
                ranges.add(range);
                if (random.nextInt(4) == 0) {
                    KeyIntervals other = new KeyIntervals();
                    other.add(range);
                    intervals.addAll(other);
                } else {
                    intervals.add(range);
                }
                for (int probe = 0; probe < 20; probe++) {
                    Bytes key = key(random);
                    assertThat(intervals.contains(key))
                            .as("seed %d: %s in %s", seed, key, ranges)
                            .isEqualTo(ranges.stream().anyMatch(one -> one.contains(key)));
                }
            }
        }
    }

    private static KeyRange range(Random random) {
        int kind = random.nextInt(20);
        Bytes key = key(random);
        return new KeyRange(key, kind < 8 ? Bytes.EMPTY : kind == 8 ? KeyRange.FROM_KEY : key(random));
    }

    private static Bytes key(Random random) {
        byte[] key = new byte[1 + random.nextInt(2)];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) random.nextInt(4);
        }
        return Bytes.wrap(key);
    }
}
