/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.h2;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageException;
import dev.quorate.api.storage.StorageSnapshot;
import dev.quorate.api.storage.WriteBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.RootReference;
import org.jspecify.annotations.Nullable;

/**
 * A store on H2's MVStore: one map per bucket, and one row that holds the mark.
 *
 * <p>The store never commits by itself ({@code autoCommitDisabled} alone would not do: it also commits when its buffer
 * is full, so that is 0). Commits happen between batches, under the lock that a batch holds while it is made; so what a
 * crash leaves is a prefix of the batches. A commit writes to an {@link AtomicFile}, which a crash leaves as it was at
 * the last sync; {@link #flush} syncs it.
 *
 * <p>Reads take the root of a map, which never changes, and walk it without locks. While they do, they count as users
 * of the version, so that the room of its pages is not used again.
 *
 * <p>Beside the mark its row holds the bytes of all keys and values. Locks: whoever commits or syncs holds this engine,
 * and takes {@code writing} inside of it.
 */
final class MvStoreEngine implements StorageEngine {
    private static final byte[] MARK_KEY = {'m'};
    private static final int COMPACT_MILLIS = 200;
    private static final int ROUNDS_MIN = 3;
    private static final int ROUNDS_MAX = 1000;
    private static final String MARK_MAP = "quorate.mark";

    private final MVStore store;
    private final @Nullable Path file;
    private final MVMap<byte[], byte[]>[] maps;
    private final MVMap<byte[], byte[]> marks;
    private final Object writing = new Object();
    private final AtomicLong liveBytes = new AtomicLong();
    private final @Nullable Committer committer;
    private long mark; // guarded by writing
    private volatile long durableMark;
    private volatile @Nullable RuntimeException failure;
    private volatile boolean closed;

    @SuppressWarnings("unchecked") // an array of maps
    MvStoreEngine(MVStore store, @Nullable Path file, List<Bucket> buckets) {
        this.store = store;
        this.file = file;
        int last = buckets.stream().mapToInt(Bucket::number).max().orElse(0);
        maps = (MVMap<byte[], byte[]>[]) new MVMap<?, ?>[last + 1];
        for (Bucket bucket : buckets) {
            maps[bucket.number()] = open("bucket." + bucket.name());
        }
        marks = open(MARK_MAP);
        byte[] stored = marks.get(MARK_KEY);
        mark = stored == null ? 0 : ByteBuffer.wrap(stored).getLong();
        liveBytes.set(stored == null ? 0 : ByteBuffer.wrap(stored).getLong(Long.BYTES));
        durableMark = mark;
        if (file != null) {
            store.sync(); // fails if MVStore has passed over damage in its search for the newest version
        }
        committer = file == null ? null : new Committer(this);
        if (committer != null) {
            committer.start();
        }
    }

    private MVMap<byte[], byte[]> open(String name) {
        return store.openMap(
                name,
                new MVMap.Builder<byte[], byte[]>()
                        .keyType(ByteArrayType.INSTANCE)
                        .valueType(ByteArrayType.INSTANCE));
    }

    MVMap<byte[], byte[]> map(Bucket bucket) {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
        MVMap<byte[], byte[]> map = bucket.number() < maps.length ? maps[bucket.number()] : null;
        if (map == null) {
            throw new IllegalArgumentException("bucket " + bucket.name() + " was not named when the store was opened");
        }
        return map;
    }

    @Override
    public void write(WriteBatch batch, long nextMark) {
        synchronized (writing) {
            check();
            if (nextMark < mark) {
                throw new IllegalArgumentException("mark " + nextMark + " follows " + mark);
            }
            batch.forEach(new Check());
            boolean whole = false;
            try {
                batch.forEach(new Changes());
                mark = nextMark;
                if (file == null) {
                    durableMark = nextMark;
                } else {
                    marks.put(MARK_KEY, markRow());
                }
                whole = true;
            } catch (MVStoreException e) {
                throw failed("cannot write to", e);
            } finally {
                if (!whole && failure == null) {
                    failure = new IllegalStateException("a batch was written in part");
                }
            }
        }
        Committer background = committer;
        if (background != null) {
            background.wrote(batch.sizeBytes());
        }
    }

    private byte[] markRow() {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(mark)
                .putLong(liveBytes.get())
                .array();
    }

    /** Refuses a bucket before anything is changed. */
    private final class Check implements WriteBatch.Visitor {
        @Override
        public void put(Bucket bucket, byte[] data, int keyOffset, int keyLength, int valueOffset, int valueLength) {
            map(bucket);
        }

        @Override
        public void delete(Bucket bucket, byte[] data, int keyOffset, int keyLength) {
            map(bucket);
        }
    }

    private final class Changes implements WriteBatch.Visitor {
        @Override
        public void put(Bucket bucket, byte[] data, int keyOffset, int keyLength, int valueOffset, int valueLength) {
            byte[] before = map(bucket)
                    .put(
                            Arrays.copyOfRange(data, keyOffset, keyOffset + keyLength),
                            Arrays.copyOfRange(data, valueOffset, valueOffset + valueLength));
            liveBytes.addAndGet(valueLength - (before == null ? -keyLength : before.length));
        }

        @Override
        public void delete(Bucket bucket, byte[] data, int keyOffset, int keyLength) {
            byte[] before = map(bucket).remove(Arrays.copyOfRange(data, keyOffset, keyOffset + keyLength));
            if (before != null) {
                liveBytes.addAndGet(-keyLength - before.length);
            }
        }
    }

    private void check() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
        RuntimeException before = failure;
        if (before != null) {
            throw new StorageException("the store " + file + " has failed before", before);
        }
    }

    private StorageException failed(String what, RuntimeException cause) {
        failure = cause;
        return new StorageException(what + " the store " + file + ": " + reason(cause), cause);
    }

    /** Writes what has changed to the file, without waiting for the disk; returns the mark that it reaches. */
    private long commit() {
        synchronized (writing) {
            check();
            try {
                store.commit();
                return mark;
            } catch (MVStoreException e) {
                throw failed("cannot commit", e);
            }
        }
    }

    @Override
    public synchronized void flush() {
        long reached = commit();
        try {
            store.sync();
        } catch (MVStoreException e) {
            throw failed("cannot sync", e);
        }
        durableMark = reached;
    }

    @Override
    public long durableMark() {
        return durableMark;
    }

    @Override
    public @Nullable Bytes get(Bucket bucket, Bytes key) {
        byte[] value = value(bucket, key.toArray(), null);
        return value == null ? null : Bytes.wrap(value);
    }

    @Override
    public int read(Bucket bucket, byte[] key, int keyOffset, int keyLength, byte[] into, int intoOffset) {
        return copy(value(bucket, Arrays.copyOfRange(key, keyOffset, keyOffset + keyLength), null), into, intoOffset);
    }

    /** Reads from a root, or without one from the current state. */
    byte @Nullable [] value(Bucket bucket, byte[] key, @Nullable RootReference<byte[], byte[]> root) {
        MVMap<byte[], byte[]> map = map(bucket);
        MVStore.TxCounter version = file == null || root != null ? null : store.registerVersionUsage();
        try {
            return root == null ? map.get(key) : map.get(root.root, key);
        } catch (MVStoreException e) {
            throw unreadable(e);
        } finally {
            release(version);
        }
    }

    RuntimeException unreadable(MVStoreException e) {
        return closed || e.getErrorCode() == DataUtils.ERROR_CLOSED
                ? new IllegalStateException("the store is closed", e)
                : new StorageException("cannot read the store " + file + ": " + reason(e), e);
    }

    /** MVStore says where it was; its causes say what was wrong there. */
    static String reason(Throwable e) {
        StringBuilder text = new StringBuilder(e.getMessage() == null ? e.toString() : e.getMessage());
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            text.append(": ").append(cause.getMessage() == null ? cause.toString() : cause.getMessage());
        }
        return text.toString();
    }

    private void release(MVStore.@Nullable TxCounter version) {
        if (version != null && !closed) {
            store.deregisterVersionUsage(version);
        }
    }

    void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
    }

    static int copy(byte @Nullable [] value, byte[] into, int intoOffset) {
        if (value == null) {
            return -1;
        }
        System.arraycopy(value, 0, into, intoOffset, Math.min(value.length, into.length - intoOffset));
        return value.length;
    }

    @Override
    public Cursor scan(Bucket bucket, Bytes from, @Nullable Bytes to, boolean reverse) {
        MVMap<byte[], byte[]> map = map(bucket);
        MVStore.TxCounter version = store.registerVersionUsage();
        try {
            return new MvStoreCursor(this, map.flushAndGetRoot(), from, to, reverse, () -> release(version));
        } catch (MVStoreException e) {
            release(version);
            throw unreadable(e);
        }
    }

    @Override
    @SuppressWarnings("unchecked") // an array of roots
    public StorageSnapshot snapshot() {
        synchronized (writing) {
            check();
            MVStore.TxCounter version = store.registerVersionUsage();
            RootReference<byte[], byte[]>[] roots =
                    (RootReference<byte[], byte[]>[]) new RootReference<?, ?>[maps.length];
            for (int i = 0; i < maps.length; i++) {
                if (maps[i] != null) {
                    roots[i] = maps[i].flushAndGetRoot();
                }
            }
            return new MvStoreSnapshot(this, roots, mark, () -> release(version));
        }
    }

    @Override
    public void checkpoint(Path target) {
        Path from = file;
        if (from == null) {
            throw new StorageException("a store in memory has no files to copy", null);
        }
        try {
            Files.createDirectories(target);
            synchronized (this) {
                flush(); // from here on nothing reaches the file until this lock is free
                Files.copy(from, target.resolve(from.getFileName()));
                try (FileChannel copy =
                        FileChannel.open(target.resolve(from.getFileName()), StandardOpenOption.WRITE)) {
                    copy.force(true);
                }
            }
        } catch (IOException e) {
            throw new StorageException("cannot copy the store to " + target, e);
        }
    }

    @Override
    public long sizeInUse() {
        return Math.min(sizeOnDisk(), liveBytes.get());
    }

    @Override
    public long sizeOnDisk() {
        checkOpen();
        return file == null ? liveBytes.get() : store.getFileStore().size() + store.getUnsavedMemory();
    }

    @Override
    public void compact() {
        checkOpen();
        if (file == null) {
            return;
        }
        boolean interrupted = Thread.interrupted(); // MVStore would stop half-way
        try {
            long before;
            int rounds = 0;
            do {
                before = store.getFileStore().size();
                compactSome();
            } while (++rounds < ROUNDS_MIN
                    || (rounds < ROUNDS_MAX && store.getFileStore().size() < before));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Takes a step. Writes come to their turn between two; before each there is a new version, since MVStore leaves
     * alone what belongs to the last two.
     */
    private synchronized void compactSome() {
        synchronized (writing) {
            check();
            marks.put(MARK_KEY, markRow());
        }
        flush();
        synchronized (writing) {
            check();
            int retention = store.getRetentionTime();
            try {
                store.compactFile(COMPACT_MILLIS);
            } catch (MVStoreException e) {
                throw failed("cannot compact", e);
            } finally {
                store.setRetentionTime(retention);
            }
        }
        flush();
    }

    @Override
    public void close() {
        Committer background = committer;
        if (background != null) {
            background.end();
        }
        synchronized (this) {
            if (closed) {
                return;
            }
            try {
                if (failure == null && file != null) {
                    flush();
                }
            } finally {
                synchronized (writing) {
                    closed = true;
                    store.closeImmediately(); // all that can be is synced; a normal end would insist that nobody reads
                }
            }
        }
    }
}
