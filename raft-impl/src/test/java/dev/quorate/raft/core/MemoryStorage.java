/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.Snapshot;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A durable log in memory, for tests. */
final class MemoryStorage implements LogStorage {
    /** What a storage refuses, in the words of etcd's. */
    static final class StorageException extends RuntimeException {
        private static final long serialVersionUID = 1;

        StorageException(String message) {
            super(message);
        }
    }

    private final Supplier<@Nullable Snapshot> snapshots;
    private HardState hardState = HardState.EMPTY;
    private Snapshot base = Snapshot.NONE;
    private EntryWindow entries = new EntryWindow(1);
    private long termBefore;

    /** Makes an empty storage that hands out snapshots made elsewhere. */
    MemoryStorage(Supplier<@Nullable Snapshot> snapshots) {
        this.snapshots = snapshots;
    }

    void hardState(HardState state) {
        hardState = state;
    }

    void applySnapshot(Snapshot snapshot) {
        if (base.index() != 0 && base.index() >= snapshot.index()) {
            throw new StorageException("requested index is older than the existing snapshot");
        }
        base = snapshot;
        entries = new EntryWindow(snapshot.index() + 1);
        termBefore = snapshot.term();
    }

    void append(List<Entry> more) {
        if (more.isEmpty() || more.get(more.size() - 1).index() < firstIndex()) {
            return;
        }
        int known = (int) Math.max(0, firstIndex() - more.get(0).index());
        entries.append(more.subList(known, more.size()));
    }

    /** Forgets all entries up to one. */
    void compact(long index) {
        if (index < firstIndex()) {
            throw new StorageException("requested index is unavailable due to compaction");
        }
        termBefore = entries.get(index).term();
        entries.dropBefore(index + 1);
    }

    @Override
    public HardState hardState() {
        return hardState;
    }

    @Override
    public ConfState confState() {
        return base.mark().confState();
    }

    @Override
    public long firstIndex() {
        return entries.firstIndex();
    }

    @Override
    public long lastIndex() {
        return entries.endIndexExclusive() - 1;
    }

    @Override
    public long term(long index) {
        if (index < firstIndex() - 1) {
            return COMPACTED;
        }
        if (index > lastIndex()) {
            return UNAVAILABLE;
        }
        return index < firstIndex() ? termBefore : entries.get(index).term();
    }

    @Override
    public @Nullable List<Entry> entries(long from, long endExclusive, long bytesMax) {
        return from < firstIndex() ? null : entries.slice(from, endExclusive, bytesMax);
    }

    @Override
    public @Nullable Snapshot snapshot() {
        return snapshots.get();
    }
}
