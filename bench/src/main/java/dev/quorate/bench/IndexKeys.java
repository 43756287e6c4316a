/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.bench;

import dev.quorate.api.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * Keys of 51 bytes: {@code /registry/pods/}, a number of six digits, a slash, and 29 letters by chance. So a prefix
 * with fewer digits is one of 10, 100, … keys.
 */
final class IndexKeys {
    static final int COUNT = 1_000_000;
    static final String ROOT = "/registry/pods/";
    private static final int LENGTH = 51;

    private IndexKeys() {}

    static Bytes key(int number, Random random) {
        StringBuilder key = new StringBuilder(ROOT).append(digits(number, 6)).append('/');
        while (key.length() < LENGTH) {
            key.append((char) ('a' + random.nextInt(26)));
        }
        return Bytes.wrap(key.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String digits(int number, int width) {
        String digits = Integer.toString(number);
        return "0".repeat(width - digits.length()) + digits;
    }

    /** Returns the beginning that a number of keys have in common, a power of ten. */
    static Bytes prefixOf(int keys) {
        int width = 7 - Integer.toString(keys).length();
        return Bytes.utf8(ROOT + (width == 0 ? "" : digits(7, width)));
    }

    /** Returns 51 bytes by chance. */
    static Bytes chance(Random random) {
        byte[] key = new byte[LENGTH];
        random.nextBytes(key);
        return Bytes.wrap(key);
    }

    /** Returns all numbers below {@link #COUNT} in an order by chance. */
    static int[] order(Random random) {
        int[] order = new int[COUNT];
        for (int i = 0; i < COUNT; i++) {
            int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }
}
