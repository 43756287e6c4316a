/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyRange;
import dev.quorate.mvcc.index.VersionIndex.Version;
import dev.quorate.mvcc.index.VersionIndex.View;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is promised beside right answers: memory, views that stay, and what compaction gives back and costs. */
class KeyIndexTest {
    private static final KeyRange ALL = new KeyRange(Bytes.EMPTY, KeyRange.FROM_KEY);
    private static final long NOW = Long.MAX_VALUE;

    private final KeyIndex index = new KeyIndex();
    private final Version version = new Version();

    private static Bytes key(long number) {
        return Bytes.utf8(String.format("k%04d", number));
    }

    private TreeCheck check() {
        return TreeCheck.check((TreeView) index.draft(), TreeShape.USUAL);
    }

    @Test
    void showsReadersNothingBeforeItIsPublished() {
        View empty = index.publish();
        index.put(key(1), 2, 0, 2, 1);
        assertThat(empty.find(key(1), NOW, version)).isFalse();
        View view = index.publish();
        index.put(key(1), 3, 0, 2, 2);
        index.tombstone(key(1), 4, 0);
        assertThat(index.compact(4, 10)).isFalse();
        assertThat(view.find(key(1), NOW, version)).isTrue();
        assertThat(version.main()).isEqualTo(2);
        assertThat(view.count(ALL, NOW)).isEqualTo(1);
        assertThat(index.publish().find(key(1), NOW, version)).isFalse();
    }

    @Test
    void publishesTheSameViewWhileNothingChanges() {
        index.put(key(1), 2, 0, 2, 1);
        assertThat(index.publish()).isSameAs(index.publish());
    }

    @Test
    void keepsOneVersionOfARevision() {
        index.put(key(1), 2, 0, 2, 1);
        index.put(key(1), 3, 0, 2, 2);
        index.tombstone(key(1), 3, 1);
        index.put(key(1), 3, 2, 3, 1);
        assertThat(index.draft().find(key(1), 2, version)).isTrue();
        assertThat(version.version()).isEqualTo(1);
        assertThat(index.draft().find(key(1), 3, version)).isTrue();
        assertThat(version.sub()).isEqualTo(2);
        assertThat(version.create()).isEqualTo(3);
    }

    @Test
    void leavesOutTombstonesOfKeysItDoesNotKnow() {
        index.tombstone(key(1), 2, 0);
        assertThat(check().entries).isZero();
    }

    /** A chunk of past versions goes as a whole; one that reads below the compaction sees it or is told. */
    @Test
    void tellsReadersThatTheCompactionHasOvertaken() {
        for (int i = 2; i < 10_000; i++) {
            index.put(key(1), i, 0, 2, i - 1);
        }
        index.compact(9000, 10);
        View view = index.publish();
        assertThat(view.find(key(1), 9000, version)).isTrue();
        assertThat(version.main()).isEqualTo(9000);
        assertThatThrownBy(() -> view.find(key(1), 3, version)).isInstanceOf(VanishedException.class);
        assertThat(view.count(ALL, 3)).isEqualTo(1); // has been there ever since
    }

    /** Steps are counted by what may be read on the way: with a plain chain it would be all versions. */
    @Test
    void findsEveryVersionOfAKeyThatChangesOften() {
        int versions = 200_000;
        for (int i = 1; i <= versions; i++) {
            index.put(key(1), 2L * i, 0, 2, i);
            if (i % 1000 == 0) {
                index.tombstone(key(1), 2L * i + 1, 0);
            }
        }
        index.compact(90_000, 10);
        for (int i = 45_000; i <= versions; i++) {
            assertThat(index.draft().find(key(1), 2L * i, version)).isTrue();
            assertThat(version.version()).isEqualTo(i);
            assertThat(index.draft().find(key(1), 2L * i + 1, version)).isEqualTo(i % 1000 != 0);
        }
    }

    /** How 51 bytes of a key may be made. */
    enum Keys {
        COUNTING,
        REGISTRY,
        RANDOM;

        Bytes make(Random random, int number) {
            byte[] key = String.format("/registry/pods/ns-1/%031d", number).getBytes(StandardCharsets.UTF_8);
            for (int i = this == REGISTRY ? 20 : 0; i < key.length && this != COUNTING; i++) {
                key[i] = (byte) ('a' + random.nextInt(26));
            }
            return Bytes.wrap(key);
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesAtMostEightyBytesForAKeyOfFiftyOne(Keys keys) {
        Random random = new Random(1);
        int count = 100_000;
        List<Bytes> made = new ArrayList<>();
        long main = 2;
        for (int i = 0; i < count; i++) {
            Bytes key = keys.make(random, i);
            made.add(key);
            index.put(key, main, 0, main, 1);
            main++;
            if (i % 10 == 0) {
                index.publish();
            }
        }
        double fresh = (double) check().bytes / count;
        assertThat(fresh).isLessThan(keys == Keys.COUNTING ? 15 : keys == Keys.REGISTRY ? 45 : 65);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < count; i++) {
                index.put(made.get(i), main, 0, 2 + i, round + 2);
                main++;
            }
            index.publish();
            index.compact(main, 10);
        }
        assertThat(index.publish().count(ALL, NOW)).isEqualTo(count);
        assertThat((double) check().bytes / count).isLessThan(80);
    }

    @Test
    void givesMemoryBackWhenItCompacts() {
        List<Bytes> keys = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            keys.add(key(i));
        }
        long main = 2;
        for (int round = 0; round < 20; round++) {
            Collections.shuffle(keys, new Random(round));
            for (Bytes key : keys) {
                index.put(key, main++, 0, 2, round + 1);
            }
            index.publish();
        }
        long full = check().bytes;
        index.compact(main - 1, 1);
        long withoutHistory = check().bytes;
        assertThat(withoutHistory).isLessThan(full / 5);
        for (Bytes key : keys) {
            index.tombstone(key, main++, 0);
        }
        assertThat(check().tombstones).isEqualTo(5000);
        int steps = 1;
        while (index.compact(main - 1, 100)) {
            check();
            steps++;
        }
        assertThat(steps).isEqualTo(50);
        assertThat(check().bytes).isLessThan(1000);
    }

    /** Half of the keys go, one in each pair of neighbours: what is left does not lie in pages that are half empty. */
    @Test
    void joinsPagesThatHaveBecomeSmall() {
        for (int i = 0; i < 9000; i++) {
            index.put(key(i), 2 + i, 0, 2 + i, 1);
        }
        int pages = check().pages;
        for (int i = 0; i < 9000; i++) {
            if (i % 10 > 0) {
                index.tombstone(key(i), 10_000 + i, 0);
            }
        }
        assertThat(index.compact(20_000, Integer.MAX_VALUE)).isFalse();
        assertThat(check().entries).isEqualTo(900);
        assertThat(check().pages).isLessThan(pages / 2);
    }

    @Test
    void getsAKeyWithoutAllocation() {
        Random random = new Random(1);
        List<Bytes> keys = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            keys.add(Keys.REGISTRY.make(random, i));
            index.put(keys.get(i), 2 + i, 0, 2 + i, 1);
        }
        for (int i = 0; i < 20_000; i += 2) {
            index.put(keys.get(i), 30_000 + i, 0, 2 + i, 2);
        }
        View view = index.publish();
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        int found = 0;
        for (int round = 0; round < 5; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < keys.size(); i++) {
                found += view.find(keys.get(i), i % 3 == 0 ? 25_000 : NOW, version) ? 1 : 0;
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(found).isEqualTo(5 * keys.size());
        assertThat(least).isLessThan(1000); // of 20,000 gets
    }

    @Test
    void holdsKeysOfMegabytes() {
        byte[] base = new byte[2_000_000];
        List<Bytes> keys = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            byte[] key = java.util.Arrays.copyOf(base, base.length + i % 2);
            key[i < 3 ? 10 : base.length - 1] = (byte) (200 + i);
            keys.add(Bytes.wrap(key));
            index.put(keys.get(i), 2 + i, 0, 2 + i, 1);
            index.put(Bytes.utf8("small" + i), 2 + i, 1, 2 + i, 1);
        }
        index.publish();
        check();
        for (int i = 0; i < 6; i++) {
            assertThat(index.draft().find(keys.get(i), NOW, version)).isTrue();
            assertThat(version.main()).isEqualTo(2 + i);
            index.put(keys.get(i), 10 + i, 0, 2 + i, 2);
        }
        assertThat(index.publish().count(KeyRange.prefix(Bytes.wrap(new byte[10])), NOW))
                .isEqualTo(6);
        for (int i = 0; i < 6; i++) {
            index.tombstone(keys.get(i), 20 + i, 0);
        }
        index.compact(30, 10);
        assertThat(check().entries).isEqualTo(6);
    }
}
