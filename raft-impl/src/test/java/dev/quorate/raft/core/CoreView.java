/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

/** What simulations of whole nodes look at in a core. */
public final class CoreView {
    private CoreView() {}

    /**
     * Returns the term of an entry.
     *
     * @param core whose log
     * @param index the entry
     * @return its term; negative if it is not there, or was forgotten
     */
    public static long term(RaftCore core, long index) {
        return core.state().log().term(index);
    }

    /**
     * Tells whether an entry was forgotten, which only one that was applied may be.
     *
     * @param core whose log
     * @param index the entry
     * @return true if the log begins behind it
     */
    public static boolean isForgotten(RaftCore core, long index) {
        return term(core, index) == LogStorage.COMPACTED;
    }
}
