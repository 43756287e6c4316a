/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.bench;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyRange;
import dev.quorate.mvcc.index.KeyIndex;
import java.util.Locale;
import java.util.Random;

/** Tells how many bytes of heap the key index takes for each of a million keys of 51 bytes. */
public final class IndexMemory {
    private IndexMemory() {}

    /**
     * Measures and prints.
     *
     * @param arguments none
     * @throws InterruptedException never
     */
    public static void main(String[] arguments) throws InterruptedException {
        measure("keys in their order      ", false, true);
        measure("keys in any order        ", false, false);
        measure("keys without common bytes", true, false);
    }

    private static void measure(String what, boolean chance, boolean sorted) throws InterruptedException {
        Random random = new Random(1);
        int[] order = IndexKeys.order(random);
        long before = heap();
        KeyIndex index = new KeyIndex();
        for (int i = 0; i < IndexKeys.COUNT; i++) {
            index.put(key(sorted ? i : order[i], chance), i + 2, 0, i + 2, 1);
            index.publish();
        }
        double fresh = perKey(heap() - before);
        long main = IndexKeys.COUNT + 2;
        for (int i = 0; i < IndexKeys.COUNT; i++) {
            index.put(key(order[i], chance), main + i, 0, order[i] + 2, 2);
            index.publish();
        }
        double changed = perKey(heap() - before);
        index.compact(main + IndexKeys.COUNT, Integer.MAX_VALUE);
        index.publish();
        double compacted = perKey(heap() - before);
        System.out.printf(
                Locale.ROOT,
                "%s  %d of %d keys, bytes per key: %.1f put once, %.1f put twice, %.1f after compaction%n",
                what,
                index.draft()
                        .count(new KeyRange(Bytes.EMPTY, KeyRange.FROM_KEY), Long.MAX_VALUE), // so it is still in use
                order.length,
                fresh,
                changed,
                compacted);
    }

    /** Makes the same key for the same number. */
    private static Bytes key(int number, boolean chance) {
        Random random = new Random(number);
        return chance ? IndexKeys.chance(random) : IndexKeys.key(number, random);
    }

    private static double perKey(long bytes) {
        return (double) bytes / IndexKeys.COUNT;
    }

    private static long heap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(100);
            least = Math.min(
                    least,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }
}
