/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.wire;

import java.util.Random;
import java.util.function.Consumer;

/** Repeats a test with random values; a failure names the seed. */
final class Seeds {
    private static final int COUNT = Integer.getInteger("wire.seeds", 300);
    private static final Long ONLY = Long.getLong("wire.seed");

    private Seeds() {}

    static void each(Consumer<Values> test) {
        for (long seed = 0; seed < COUNT; seed++) {
            long used = ONLY == null ? seed : ONLY;
            try {
                test.accept(new Values(new Random(used)));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("fails with -Dwire.seed=" + used, e);
            }
            if (ONLY != null) {
                return;
            }
        }
    }
}
