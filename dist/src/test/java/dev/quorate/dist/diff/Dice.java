/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Random;

/** Chance from one seed. Not thread-safe. */
final class Dice {
    private final Random random;

    Dice(long seed) {
        random = new Random(seed);
    }

    /** Returns true once in so many throws. */
    boolean oneIn(int throwsCount) {
        return random.nextInt(throwsCount) == 0;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Returns a number within bounds, both included. */
    long between(long first, long last) {
        return first + Math.floorMod(random.nextLong(), Math.max(1, last - first + 1));
    }

    <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    ByteString bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}
