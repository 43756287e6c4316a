/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.h2;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageSnapshot;
import java.util.Arrays;
import org.h2.mvstore.RootReference;
import org.jspecify.annotations.Nullable;

/** The roots of all maps between two batches. */
final class MvStoreSnapshot implements StorageSnapshot {
    private final MvStoreEngine engine;
    private final RootReference<byte[], byte[]>[] roots;
    private final long mark;
    private final Runnable onClose;
    private boolean closed;

    MvStoreSnapshot(MvStoreEngine engine, RootReference<byte[], byte[]>[] roots, long mark, Runnable onClose) {
        this.engine = engine;
        this.roots = roots;
        this.mark = mark;
        this.onClose = onClose;
    }

    private byte @Nullable [] value(Bucket bucket, byte[] key) {
        return engine.value(bucket, key, roots[bucket.number()]);
    }

    @Override
    public @Nullable Bytes get(Bucket bucket, Bytes key) {
        byte[] value = value(bucket, key.toArray());
        return value == null ? null : Bytes.wrap(value);
    }

    @Override
    public int read(Bucket bucket, byte[] key, int keyOffset, int keyLength, byte[] into, int intoOffset) {
        return MvStoreEngine.copy(
                value(bucket, Arrays.copyOfRange(key, keyOffset, keyOffset + keyLength)), into, intoOffset);
    }

    @Override
    public Cursor scan(Bucket bucket, Bytes from, @Nullable Bytes to, boolean reverse) {
        engine.map(bucket);
        return new MvStoreCursor(engine, roots[bucket.number()], from, to, reverse, () -> {});
    }

    @Override
    public long mark() {
        return mark;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            onClose.run();
        }
    }
}
