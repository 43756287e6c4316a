/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Entries of pages that are about to be cut anew: keys in their order and what stands behind them. Not thread-safe. */
final class Entries {
    private static final byte[] NOTHING = {};

    private final List<byte[]> keys;
    private final List<byte[]> tails;

    Entries(int capacity) {
        keys = new ArrayList<>(capacity);
        tails = new ArrayList<>(capacity);
    }

    /** Makes a list of keys alone. */
    static Entries ofKeys(List<byte[]> keys) {
        Entries entries = new Entries(keys.size());
        keys.forEach(key -> entries.add(entries.size(), key, NOTHING));
        return entries;
    }

    /** Adds what is in a page. */
    Entries addAll(byte[] page) {
        for (int i = 0, count = KeyPage.count(page); i < count; i++) {
            add(size(), KeyPage.key(page, i), KeyPage.tail(page, i));
        }
        return this;
    }

    void add(int i, byte[] key, byte[] tail) {
        keys.add(i, key);
        tails.add(i, tail);
    }

    void setTail(int i, byte[] tail) {
        tails.set(i, tail);
    }

    int size() {
        return keys.size();
    }

    byte[] key(int i) {
        return keys.get(i);
    }

    byte[] tail(int i) {
        return tails.get(i);
    }

    /** Returns how many bytes entries take if nothing is left out of their keys. */
    int bytes(int from, int to) {
        int bytes = 0;
        for (int i = from; i < to; i++) {
            bytes += 1 + key(i).length + tail(i).length;
        }
        return bytes;
    }

    /** Returns how many bytes a page of entries takes. */
    int pageSize(int from, int to) {
        int prefix = commonPrefix(from, to);
        return KeyPage.size(to - from, prefix, bytes(from, to) - (to - from) * prefix);
    }

    /** Returns how many bytes all keys of a part begin with. */
    int commonPrefix(int from, int to) {
        return from == to ? 0 : common(key(from), key(to - 1));
    }

    /** Returns the shortest key that is greater than key {@code i - 1} and not greater than key {@code i}. */
    byte[] separator(int i) {
        return Arrays.copyOf(key(i), common(key(i - 1), key(i)) + 1);
    }

    /** Returns where to cut a part in two so that both have about the same bytes; neither is empty. */
    int middle(int from, int to) {
        int half = bytes(from, to) / 2;
        int middle = from;
        int sum = 0;
        while (middle < to - 1 && (sum < half || middle == from)) {
            sum += 1 + key(middle).length + tail(middle).length;
            middle++;
        }
        return middle;
    }

    private static int common(byte[] one, byte[] other) {
        int at = Arrays.mismatch(one, other);
        return at < 0 ? one.length : at;
    }
}
