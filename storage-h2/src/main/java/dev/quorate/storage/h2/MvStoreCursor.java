/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.h2;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.storage.StorageReader.Cursor;
import java.util.Arrays;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.RootReference;
import org.jspecify.annotations.Nullable;

/** Walks over one map as it was. MVStore's own cursor takes both bounds as inclusive. */
final class MvStoreCursor implements Cursor {
    private final org.h2.mvstore.Cursor<byte[], byte[]> cursor;
    private final byte @Nullable [] toExclusive;
    private final byte[] fromInclusive;
    private final Runnable onClose;
    private final MvStoreEngine engine;
    private byte[] key = new byte[0];
    private final boolean reverse;
    private boolean closed;

    MvStoreCursor(
            MvStoreEngine engine,
            RootReference<byte[], byte[]> root,
            Bytes from,
            @Nullable Bytes to,
            boolean reverse,
            Runnable onClose) {
        this.engine = engine;
        byte[] first = from.toArray();
        byte[] end = to == null ? null : to.toArray();
        this.fromInclusive = first;
        this.toExclusive = end;
        this.onClose = onClose;
        this.reverse = reverse;
        this.cursor = reverse
                ? new org.h2.mvstore.Cursor<>(root, end, first, true)
                : new org.h2.mvstore.Cursor<>(root, first, end, false);
    }

    @Override
    public boolean next() {
        engine.checkOpen();
        try {
            while (cursor.hasNext()) {
                key = cursor.next();
                boolean beyond = toExclusive != null && Arrays.compareUnsigned(key, toExclusive) >= 0;
                boolean before = Arrays.compareUnsigned(key, fromInclusive) < 0;
                if (!beyond && !before) {
                    return true;
                }
                if (reverse ? before : beyond) {
                    return false;
                }
            }
            return false;
        } catch (MVStoreException e) {
            throw engine.unreadable(e);
        }
    }

    @Override
    public Bytes key() {
        return Bytes.wrap(key);
    }

    @Override
    public Bytes value() {
        return Bytes.wrap(cursor.getValue());
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            onClose.run();
        }
    }
}
