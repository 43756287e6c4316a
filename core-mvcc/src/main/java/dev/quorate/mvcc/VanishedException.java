/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

/** Says that a record of the state that is read is no longer in storage: compaction has overtaken the reader. */
final class VanishedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    VanishedException(long main, long sub) {
        super("record of revision " + main + "_" + sub + " is not in storage", null, false, false);
    }
}
