/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of the log that is not known to be durable, and a snapshot of which the same holds.
 *
 * <p>What was handed out for writing ("in progress") is not handed out again, and stays here until it is acknowledged,
 * so that the log can be read meanwhile. The first index here may be below the last one in storage: then the next write
 * replaces the end of what is there. Invariant: first ≤ in progress ≤ end.
 *
 * <p>Source: etcd-io/raft v3.7.0, {@code log_unstable.go}.
 */
final class Unstable {
    private EntryWindow entries;
    private long inProgressEnd; // entries below are being written
    private @Nullable Snapshot snapshot;
    private boolean snapshotInProgress;

    Unstable(long firstIndex) {
        entries = new EntryWindow(firstIndex);
        inProgressEnd = firstIndex;
    }

    long firstIndex() {
        return entries.firstIndex();
    }

    long endIndexExclusive() {
        return entries.endIndexExclusive();
    }

    boolean hasEntries() {
        return !entries.isEmpty();
    }

    @Nullable
    Snapshot snapshot() {
        return snapshot;
    }

    /** Returns the term of an entry, -1 if it is not here. */
    long termOrMinusOne(long index) {
        if (index >= entries.firstIndex() && index < entries.endIndexExclusive()) {
            return entries.get(index).term();
        }
        return snapshot != null && snapshot.index() == index ? snapshot.term() : -1;
    }

    boolean hasNextEntries() {
        return inProgressEnd < entries.endIndexExclusive();
    }

    /** Returns the entries that are not being written yet. */
    List<Entry> nextEntries() {
        return hasNextEntries() ? entries.slice(inProgressEnd, entries.endIndexExclusive()) : List.of();
    }

    /** Returns the snapshot if it is not being written yet. */
    @Nullable
    Snapshot nextSnapshot() {
        return snapshotInProgress ? null : snapshot;
    }

    /** Notes that everything here is being written. */
    void acceptInProgress() {
        inProgressEnd = entries.endIndexExclusive();
        snapshotInProgress = snapshot != null;
    }

    /**
     * Takes the acknowledgement that entries are durable. Ignored if an entry is not here any more, or another one is
     * in its place: then a later write is under way.
     */
    void stableTo(long term, long index) {
        boolean here = index >= entries.firstIndex() && index < entries.endIndexExclusive();
        if (here && entries.get(index).term() == term) {
            entries.dropBefore(index + 1);
            inProgressEnd = Math.max(inProgressEnd, entries.firstIndex());
        }
    }

    /** Takes the acknowledgement that a snapshot is durable. */
    void stableSnapshotTo(long index) {
        if (snapshot != null && snapshot.index() == index) {
            snapshot = null;
            snapshotInProgress = false;
        }
    }

    void restore(Snapshot replacement) {
        entries = new EntryWindow(replacement.index() + 1);
        inProgressEnd = entries.firstIndex();
        snapshot = replacement;
        snapshotInProgress = false;
    }

    /** Appends entries, and drops those that they replace. */
    void truncateAndAppend(List<Entry> more) {
        long from = more.get(0).index();
        if (from < entries.firstIndex()) {
            entries = new EntryWindow(from);
        }
        inProgressEnd = Math.min(inProgressEnd, from);
        entries.append(more);
    }

    List<Entry> slice(long from, long endExclusive) {
        return entries.slice(from, endExclusive);
    }
}
