/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import java.util.Arrays;

/** Something does not hold that must. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violation(String rule, Object... values) {
        super(rule + ": " + Arrays.toString(values));
    }
}
