/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyRange;
import dev.quorate.mvcc.index.VersionIndex.Version;
import dev.quorate.mvcc.index.VersionIndex.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Readers beside the writer: each sees one state, and for as long as it wants. */
class KeyIndexThreadsTest {
    private static final KeyRange ALL = new KeyRange(Bytes.EMPTY, KeyRange.FROM_KEY);
    private static final int KEYS = 400;
    private static final int ROUNDS = 400;

    private final AtomicBoolean done = new AtomicBoolean();
    private volatile State published = new State(new KeyIndex().publish(), 0, 0);

    private record State(View view, long round, long compacted) {}

    /** Round r puts keys of its parity and deletes the others, all in main revision r. */
    private void write() {
        KeyIndex index = new KeyIndex(new TreeShape(256, 4));
        long compacted = 0;
        for (int round = 1; round <= ROUNDS; round++) {
            for (int i = 0; i < KEYS; i++) {
                if (i % 2 == round % 2) {
                    index.put(key(i), round, i, round, 1);
                } else {
                    index.tombstone(key(i), round, i);
                }
            }
            if (round % 10 == 0) {
                compacted = round - 5L;
            }
            index.compact(compacted, 50);
            published = new State(index.publish(), round, compacted);
        }
    }

    private static Bytes key(int number) {
        return Bytes.utf8(String.format("some/key/%05d", number));
    }

    private long read(long seed) {
        Random random = new Random(seed);
        State state = published;
        long reads = 0;
        do {
            if (random.nextInt(4) == 0) {
                state = published; // else the old one once more, after the writer has gone on
            }
            if (state.round() > 0) {
                long from = Math.max(1, state.compacted());
                read(state.view(), from + random.nextInt((int) (state.round() - from) + 1), random);
                reads++;
            }
        } while (!done.get() || reads == 0);
        return reads;
    }

    private static void read(View view, long at, Random random) {
        int[] seen = new int[1];
        view.scan(ALL, at, (array, offset, length, version) -> {
            Bytes expected = key(2 * seen[0] + (int) (at % 2));
            assertThat(Bytes.copyOf(array, offset, length)).isEqualTo(expected);
            assertThat(version.main()).isEqualTo(at);
            seen[0]++;
            return true;
        });
        assertThat(seen[0]).isEqualTo(KEYS / 2);
        assertThat(view.count(ALL, at)).isEqualTo(KEYS / 2);
        int number = random.nextInt(KEYS);
        assertThat(view.count(new KeyRange(ALL.key(), key(number)), at)).isEqualTo((number + 1 - at % 2) / 2);
        assertThat(view.find(key(number), at, new Version())).isEqualTo(number % 2 == at % 2);
    }

    @Test
    void readersSeeOneStateEach() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(3);
        try {
            List<Future<Long>> readers = new ArrayList<>();
            for (long seed = 1; seed <= 3; seed++) {
                long one = seed;
                readers.add(executor.submit(() -> read(one)));
            }
            try {
                write();
            } finally {
                done.set(true);
            }
            for (Future<Long> reader : readers) {
                assertThat(reader.get()).isPositive();
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
