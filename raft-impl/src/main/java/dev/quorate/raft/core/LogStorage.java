/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.Snapshot;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What of the log is durable, as the core reads it.
 *
 * <p>Implemented by the driver in memory; called on the thread that steps the core, must not block. Between two calls
 * of the core it changes only by what the core has handed out for it: entries are appended before their durability is
 * acknowledged. It may forget entries at its beginning, but not those that are not applied.
 *
 * <p>Source: etcd-io/raft v3.7.0, {@code storage.go}.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface LogStorage {
    /** In place of a term: the entry was forgotten. */
    long COMPACTED = -1;

    /** In place of a term: there is no such entry. */
    long UNAVAILABLE = -2;

    /**
     * Returns the hard state that a start begins with.
     *
     * @return the hard state
     */
    HardState hardState();

    /**
     * Returns the configuration that a start begins with, as of the applied entry.
     *
     * @return who votes and learns
     */
    ConfState confState();

    /**
     * Returns the first entry that is held.
     *
     * @return its index; the one behind {@link #lastIndex} if there is none
     */
    long firstIndex();

    /**
     * Returns the last entry.
     *
     * @return its index
     */
    long lastIndex();

    /**
     * Returns the term of an entry; that of the entry before {@link #firstIndex} is known too.
     *
     * @param index the entry
     * @return its term, {@link #COMPACTED} or {@link #UNAVAILABLE}
     */
    long term(long index);

    /**
     * Returns entries.
     *
     * @param from first index
     * @param endExclusive index behind the last one, at most one above {@link #lastIndex}
     * @param bytesMax most bytes, encoded; one entry is returned in any case
     * @return the entries, a list that does not change any more; null if the first was forgotten
     */
    @Nullable
    List<Entry> entries(long from, long endExclusive, long bytesMax);

    /**
     * Returns a snapshot to send to a member whose next entry was forgotten.
     *
     * @return the snapshot; null if there is none yet: the core asks again
     */
    @Nullable
    Snapshot snapshot();
}
