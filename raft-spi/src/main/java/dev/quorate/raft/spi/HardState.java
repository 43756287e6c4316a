/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import org.apiguardian.api.API;

/**
 * What a member must never forget.
 *
 * @param term current term
 * @param vote whom it voted for in that term, 0 for nobody
 * @param commit last entry known to be committed; may lag behind the truth
 */
@API(status = API.Status.EXPERIMENTAL)
public record HardState(long term, long vote, long commit) {
    /** Nothing is known yet. */
    public static final HardState EMPTY = new HardState(0, 0, 0);

    /**
     * Returns what a log has to note before it writes an entry, when this is what it notes behind it.
     *
     * <p>A change of the configuration is proposed once the one before it is committed, and takes effect when it is
     * applied. A write may be cut off behind any entry: a member that found both changes in its log, and knew of
     * neither that it is committed, would ask for votes in a configuration whose majorities need not meet those of
     * today.
     *
     * @param entry the entry
     * @param noted what was noted before
     * @return the state to note, the same as before if there is nothing to note
     */
    public HardState ahead(Entry entry, HardState noted) {
        long known = Math.min(commit, entry.index() - 1);
        return entry.type() == EntryType.NORMAL || known <= noted.commit ? noted : new HardState(term, vote, known);
    }
}
