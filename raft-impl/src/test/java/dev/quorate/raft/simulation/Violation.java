/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.simulation;

import java.util.Arrays;

/** Something does not hold that must. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Tells of one.
     *
     * @param rule what must hold
     * @param values what tells how it was broken
     */
    public Violation(String rule, Object... values) {
        super(rule + ": " + Arrays.toString(values));
    }
}
