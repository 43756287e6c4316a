/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.rocksdb;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.storage.StorageReader.Cursor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Walks over the rows of one bucket. */
final class RocksCursor implements Cursor {
    private final RocksEngine engine;
    private final RocksIterator iterator;
    private final byte[] first;
    private final byte @Nullable [] end;
    private final boolean reverse;
    private byte[] key = new byte[0];
    private boolean begun;
    private boolean ended;
    private boolean closed;

    RocksCursor(RocksEngine engine, RocksIterator iterator, byte[] first, byte @Nullable [] end, boolean reverse) {
        this.engine = engine;
        this.iterator = iterator;
        this.first = first;
        this.end = end;
        this.reverse = reverse;
    }

    @Override
    public boolean next() {
        engine.gate().enter();
        try {
            checkOpen();
            if (ended) {
                return false;
            }
            move();
            ended = !iterator.isValid() || beyond();
            if (!iterator.isValid()) {
                iterator.status();
            }
            return !ended;
        } catch (RocksDBException e) {
            throw engine.failed(e);
        } finally {
            engine.gate().leave();
        }
    }

    private boolean beyond() {
        key = iterator.key();
        if (reverse) {
            return Arrays.compareUnsigned(key, first) < 0;
        }
        return end != null && Arrays.compareUnsigned(key, end) >= 0;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the cursor is closed");
        }
    }

    private void move() {
        if (begun) {
            step();
            return;
        }
        begun = true;
        if (!reverse) {
            iterator.seek(first);
            return;
        }
        if (end == null) {
            iterator.seekToLast();
            return;
        }
        iterator.seekForPrev(end);
        if (iterator.isValid() && Arrays.equals(iterator.key(), end)) {
            iterator.prev();
        }
    }

    private void step() {
        if (reverse) {
            iterator.prev();
        } else {
            iterator.next();
        }
    }

    @Override
    public Bytes key() {
        return Bytes.wrap(key, 1, key.length - 1);
    }

    @Override
    public Bytes value() {
        engine.gate().enter();
        try {
            checkOpen();
            return Bytes.wrap(iterator.value());
        } finally {
            engine.gate().leave();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            engine.release(this, this::closeNative);
        }
    }

    void closeNative() {
        iterator.close();
    }
}
