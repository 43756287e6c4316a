/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.Snapshot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log as the protocol sees it: what is durable and, behind it, what is not yet.
 *
 * <p>Terms of entries that are not here are negative, {@link LogStorage#COMPACTED} or {@link LogStorage#UNAVAILABLE}.
 *
 * <p>Source: etcd-io/raft v3.7.0, {@code log.go}.
 */
final class LogView {
    private final LogStorage storage;
    private final Unstable unstable;
    private final ApplyWindow applyWindow;
    private long committed; // highest entry known to be durable on a quorum; never sinks

    LogView(LogStorage storage, long applyBytesMax) {
        this.storage = storage;
        unstable = new Unstable(storage.lastIndex() + 1);
        committed = storage.firstIndex() - 1;
        applyWindow = new ApplyWindow(committed, applyBytesMax);
    }

    Unstable unstable() {
        return unstable;
    }

    long committed() {
        return committed;
    }

    long applied() {
        return applyWindow.applied();
    }

    long firstIndex() {
        Snapshot pending = unstable.snapshot();
        return pending != null ? pending.index() + 1 : storage.firstIndex();
    }

    long lastIndex() {
        if (unstable.hasEntries()) {
            return unstable.endIndexExclusive() - 1;
        }
        Snapshot pending = unstable.snapshot();
        return pending != null ? pending.index() : storage.lastIndex();
    }

    long term(long index) {
        long term = unstable.termOrMinusOne(index);
        if (term >= 0) {
            return term;
        }
        if (index + 1 < firstIndex()) {
            return LogStorage.COMPACTED;
        }
        return index > lastIndex() ? LogStorage.UNAVAILABLE : storage.term(index);
    }

    long lastTerm() {
        long term = term(lastIndex());
        if (term < 0) {
            throw new IllegalStateException("the term of the last entry, " + lastIndex() + ", is not known");
        }
        return term;
    }

    boolean matches(long term, long index) {
        return term(index) == term;
    }

    /** Tells whether a log that ends with an entry is at least as new as this one (Raft paper, section 5.4.1). */
    boolean isUpToDate(long term, long index) {
        long ours = lastTerm();
        return term > ours || (term == ours && index >= lastIndex());
    }

    /** Appends entries behind this log's own. Returns the last index. */
    long append(List<Entry> entries) {
        if (!entries.isEmpty()) {
            if (entries.get(0).index() <= committed) {
                throw new IllegalStateException(
                        "entry " + entries.get(0).index() + " would be replaced, but " + committed + " is committed");
            }
            unstable.truncateAndAppend(entries);
        }
        return lastIndex();
    }

    /**
     * Appends what a leader has sent, if the logs are equal before it (Raft paper, section 5.3).
     *
     * @return the last entry sent, -1 if the logs differ
     */
    long maybeAppend(long prevTerm, long prevIndex, List<Entry> entries, long leaderCommit) {
        if (!matches(prevTerm, prevIndex)) {
            return -1;
        }
        int known = 0;
        while (known < entries.size()
                && matches(entries.get(known).term(), entries.get(known).index())) {
            known++;
        }
        if (known < entries.size()) {
            append(entries.subList(known, entries.size()));
        }
        long last = prevIndex + entries.size();
        commitTo(Math.min(leaderCommit, last));
        return last;
    }

    /**
     * Finds where this log may end equal to another one, of which one entry is known: the last index, not above
     * {@code index}, whose term is not above {@code term} or is not known here.
     */
    long findConflict(long term, long index) {
        long at = index;
        while (at > 0) {
            long ours = term(at);
            if (ours < 0 || ours <= term) {
                return at;
            }
            at--;
        }
        return 0;
    }

    void commitTo(long index) {
        if (index <= committed) {
            return;
        }
        if (index > lastIndex()) {
            throw new IllegalStateException("entry " + index + " is committed, but the log ends at " + lastIndex()
                    + ": was it damaged, cut or lost?");
        }
        committed = index;
    }

    /** Commits up to an entry if it is of this term (Raft paper, section 5.4.2). Returns whether that is news. */
    boolean maybeCommit(long term, long index) {
        if (term == 0 || index <= committed || !matches(term, index)) {
            return false;
        }
        commitTo(index);
        return true;
    }

    /** Takes up the commit index of a start. */
    void loadCommitted(long index) {
        if (index < committed || index > lastIndex()) {
            throw new IllegalArgumentException(
                    "commit index " + index + " is not between " + committed + " and " + lastIndex());
        }
        committed = index;
    }

    /** Returns the length of entries of this log, encoded. */
    long encodedSize(List<Entry> entries) {
        return EntrySizes.encoded(entries, term(entries.get(0).index() - 1));
    }

    void appliedTo(long index, long bytes) {
        if (index > committed) {
            throw new IllegalStateException("entry " + index + " is applied, but only " + committed + " is committed");
        }
        applyWindow.appliedTo(index, bytes);
    }

    void restore(Snapshot snapshot) {
        committed = snapshot.index();
        unstable.restore(snapshot);
    }

    @Nullable
    Snapshot snapshot() {
        Snapshot pending = unstable.snapshot();
        return pending != null ? pending : storage.snapshot();
    }

    boolean hasPendingSnapshot() {
        return unstable.snapshot() != null;
    }

    private long appliableEnd(boolean allowUnstable) {
        return 1 + (allowUnstable ? committed : Math.min(committed, unstable.firstIndex() - 1));
    }

    boolean hasNextCommitted(boolean allowUnstable) {
        return !applyWindow.isPaused()
                && !hasPendingSnapshot()
                && applyWindow.applying() + 1 < appliableEnd(allowUnstable);
    }

    /** Returns the committed entries to apply next; only those that are durable here, unless that is allowed. */
    List<Entry> nextCommitted(boolean allowUnstable) {
        if (!hasNextCommitted(allowUnstable)) {
            return List.of();
        }
        long from = applyWindow.applying() + 1;
        List<Entry> entries = slice(from, appliableEnd(allowUnstable), applyWindow.bytesLeft());
        if (entries == null) {
            throw new IllegalStateException("entry " + from + " is to be applied, but it was forgotten");
        }
        return entries;
    }

    void acceptApplying(List<Entry> entries, boolean allowUnstable) {
        long last = entries.get(entries.size() - 1).index();
        applyWindow.accept(last, encodedSize(entries), last + 1 < appliableEnd(allowUnstable));
    }

    /** Returns entries from an index on, null if the first was forgotten. */
    @Nullable
    List<Entry> entriesFrom(long index, long bytesMax) {
        return index > lastIndex() ? List.of() : slice(index, lastIndex() + 1, bytesMax);
    }

    /** Tells whether a change of the configuration is committed and not applied. */
    boolean hasUnappliedConfChange() {
        long from = applied() + 1;
        while (from <= committed) {
            List<Entry> page = slice(from, committed + 1, applyWindow.bytesMax());
            if (page == null || page.isEmpty()) {
                throw new IllegalStateException("entry " + from + " is to be applied, but it was forgotten");
            }
            for (Entry entry : page) {
                if (entry.type() != EntryType.NORMAL) {
                    return true;
                }
            }
            from += page.size();
        }
        return false;
    }

    /** Returns entries within a limit of bytes, but at least one; null if the first was forgotten. */
    private @Nullable List<Entry> slice(long from, long endExclusive, long bytesMax) {
        if (from < firstIndex()) {
            return null;
        }
        if (endExclusive > lastIndex() + 1) {
            throw new IllegalStateException(
                    "entries to before " + endExclusive + " are asked for, but the log ends at " + lastIndex());
        }
        if (from >= unstable.firstIndex()) {
            return EntrySizes.limit(unstable.slice(from, endExclusive), term(from - 1), bytesMax);
        }
        long cut = Math.min(endExclusive, unstable.firstIndex());
        List<Entry> durable = storage.entries(from, cut, bytesMax);
        if (durable == null || cut == endExclusive || durable.size() < cut - from) {
            return durable;
        }
        long size = encodedSize(durable);
        if (size >= bytesMax) {
            return durable;
        }
        List<Entry> rest = EntrySizes.limit(unstable.slice(cut, endExclusive), term(cut - 1), bytesMax - size);
        if (rest.size() == 1 && size + encodedSize(rest) > bytesMax) {
            return durable;
        }
        List<Entry> all = new ArrayList<>(durable.size() + rest.size());
        all.addAll(durable);
        all.addAll(rest);
        return all;
    }
}
