/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyRange;
import dev.quorate.mvcc.index.HistoryModel.Entry;
import dev.quorate.mvcc.index.HistoryModel.Found;
import dev.quorate.mvcc.index.VersionIndex.Version;
import dev.quorate.mvcc.index.VersionIndex.View;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the index against a model over random histories: at every step the draft and some published views that are held
 * for a while, at random revisions that the view must know.
 */
class KeyIndexModelTest {
    private static final int CHANGES = 2000;

    /** What the keys of a history look like. */
    enum Keys {
        /** Empty, or few letters, among them those at both ends of the order: many prefixes of each other. */
        TINY(300),
        /** Few keys, each changed often. */
        FEW(5),
        /** Like those of a cluster's registry. */
        REGISTRY(2000),
        /** Numbers that count up. */
        RISING(2000),
        /** Random bytes of very different length. */
        UNEVEN(400),
        /** Longer than any page, with most of their bytes in common. */
        HUGE(12);

        private final int count;

        Keys(int count) {
            this.count = count;
        }

        Bytes make(Random random, int number) {
            return switch (this) {
                case TINY -> tiny(random);
                case FEW -> Bytes.utf8("key" + number);
                case REGISTRY ->
                    Bytes.utf8("/registry/pods/ns-" + random.nextInt(9) + "/pod-" + random.nextInt(1 << 24));
                case RISING -> Bytes.utf8(String.format("%051d", number));
                case UNEVEN -> bytes(random, random.nextInt(20) == 0 ? random.nextInt(9000) : random.nextInt(60));
                case HUGE -> huge(random);
            };
        }

        private static Bytes tiny(Random random) {
            byte[] letters = {0, 1, 'a', 'b', 0x7F, (byte) 0x80, (byte) 0xFF};
            byte[] key = new byte[random.nextInt(5)];
            for (int i = 0; i < key.length; i++) {
                key[i] = letters[random.nextInt(letters.length)];
            }
            return Bytes.wrap(key);
        }

        private static Bytes bytes(Random random, int length) {
            byte[] key = new byte[length];
            random.nextBytes(key);
            return Bytes.wrap(key);
        }

        private static Bytes huge(Random random) {
            byte[] key = new byte[random.nextInt(3) == 0 ? 10 : 60_000 + random.nextInt(10_000)];
            Arrays.fill(key, (byte) 'x');
            key[random.nextBoolean() ? 0 : key.length - 1] = (byte) random.nextInt();
            return Bytes.wrap(key);
        }
    }

    /** A published view and the revisions that it must know. */
    private record Held(View view, long from, long to) {}

    private record Case(Keys keys, TreeShape shape, long seed) {}

    private final HistoryModel model = new HistoryModel();
    private final List<Bytes> keys = new ArrayList<>();
    private final List<Held> held = new ArrayList<>();
    private long main = 1;
    private long compacted;

    static Stream<Case> cases() {
        List<TreeShape> shapes = List.of(new TreeShape(128, 4), new TreeShape(300, 6), TreeShape.USUAL);
        return Stream.of(Keys.values())
                .flatMap(keys -> shapes.stream()
                        .flatMap(shape -> IntStream.rangeClosed(1, keys == Keys.HUGE ? 1 : 3)
                                .mapToObj(seed -> new Case(keys, shape, seed))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answersAsTheModelDoes(Case one) {
        Random random = new Random(one.seed());
        KeyIndex index = new KeyIndex(one.shape());
        for (int i = 0; i < one.keys().count; i++) {
            keys.add(one.keys().make(random, i));
        }
        int changes = one.keys() == Keys.HUGE ? CHANGES / 20 : CHANGES;
        for (int done = 0; done < changes; ) {
            main += 1 + random.nextInt(3);
            boolean deletes = random.nextInt(1 + done * 3 / changes) > 0;
            done += change(index, random, deletes);
            if (random.nextInt(4) == 0) {
                publish(index, random);
                TreeCheck.check((TreeView) index.draft(), one.shape());
            }
            if (random.nextInt(40) == 0) {
                compacted = Math.max(compacted, main - random.nextInt(1 + (int) (main - compacted)));
                while (index.compact(compacted, 1 + random.nextInt(20))) {
                    TreeCheck.check((TreeView) index.draft(), one.shape());
                }
            }
            compare(index.draft(), compacted, main, random);
            for (Held each : held) {
                compare(each.view(), each.from(), each.to(), random);
            }
        }
        for (Bytes key : List.copyOf(keys)) {
            main++;
            if (model.get(key, main) != null) {
                model.delete(key, main, 0);
                index.tombstone(key, main, 0);
            }
        }
        while (index.compact(main, 10)) {
            TreeCheck.check((TreeView) index.draft(), one.shape());
        }
        TreeCheck rest = TreeCheck.check((TreeView) index.publish(), one.shape());
        assertThat(rest.entries).isZero();
        assertThat(rest.bytes).isLessThan(1000);
    }

    private int change(KeyIndex index, Random random, boolean deletes) {
        int count = random.nextInt(10) == 0 ? 1 + random.nextInt(50) : 1 + random.nextInt(3);
        for (int sub = 0; sub < count; sub++) {
            Bytes key = keys.get(random.nextInt(keys.size()));
            if (random.nextInt(deletes ? 3 : 10) > 0) {
                Entry entry = model.put(key, main, sub);
                index.put(key, main, sub, entry.create(), entry.number());
            } else if (model.get(key, main) != null) {
                model.delete(key, main, sub);
                index.tombstone(key, main, sub);
            }
        }
        return count;
    }

    private void publish(KeyIndex index, Random random) {
        View view = index.publish();
        if (held.size() == 4) {
            held.remove(random.nextInt(held.size()));
        }
        held.add(new Held(view, compacted, main));
    }

    private void compare(View view, long from, long to, Random random) {
        long at = random.nextInt(3) == 0 ? to : from + random.nextInt((int) (to - from) + 1);
        Bytes key = key(random);
        Version version = new Version();
        Entry expected = model.get(key, at);
        assertThat(view.find(key, at, version) ? entry(version) : null).isEqualTo(expected);
        KeyRange range = random.nextInt(10) == 0 ? KeyRange.single(key) : range(random);
        List<Found> there = model.scan(range, at);
        assertThat(view.count(range, at)).as("%s at %d", range, at).isEqualTo(there.size());
        int limit = random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(10);
        List<Found> seen = new ArrayList<>();
        view.scan(range, at, (array, offset, length, each) -> {
            seen.add(new Found(Bytes.copyOf(array, offset, length), entry(each)));
            return seen.size() < limit;
        });
        assertThat(seen).isEqualTo(there.subList(0, Math.min(limit, there.size())));
    }

    private static Entry entry(Version version) {
        return new Entry(version.main(), version.sub(), version.create(), version.version());
    }

    private KeyRange range(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> new KeyRange(Bytes.EMPTY, KeyRange.FROM_KEY);
            case 1 -> new KeyRange(key(random), KeyRange.FROM_KEY);
            case 2 -> {
                Bytes key = key(random);
                yield KeyRange.prefix(key.slice(0, random.nextInt(key.length() + 1)));
            }
            default -> new KeyRange(key(random), key(random));
        };
    }

    /** A key of the history, or one close by. */
    private Bytes key(Random random) {
        Bytes key = keys.get(random.nextInt(keys.size()));
        return switch (random.nextInt(8)) {
            case 0 -> key.concat(Bytes.wrap(new byte[] {(byte) random.nextInt()}));
            case 1 -> key.slice(0, random.nextInt(key.length() + 1));
            case 2 -> Bytes.wrap(Long.toString(random.nextLong(), 36).getBytes(StandardCharsets.UTF_8));
            default -> key;
        };
    }
}
