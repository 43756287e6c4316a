/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.rocksdb;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.storage.StorageException;
import dev.quorate.api.storage.StorageReader.Cursor;
import java.util.Arrays;
import java.util.function.Function;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Walks over the rows of one bucket. */
final class RocksCursor implements Cursor {
    private final RocksIterator iterator;
    private final byte[] first;
    private final byte[] end;
    private final boolean reverse;
    private final Runnable onClose;
    private final Function<RocksDBException, StorageException> failed;
    private byte[] key = new byte[0];
    private boolean begun;
    private boolean closed;

    RocksCursor(
            RocksIterator iterator,
            byte[] first,
            byte[] end,
            boolean reverse,
            Runnable onClose,
            Function<RocksDBException, StorageException> failed) {
        this.iterator = iterator;
        this.first = first;
        this.end = end;
        this.reverse = reverse;
        this.onClose = onClose;
        this.failed = failed;
    }

    @Override
    public boolean next() {
        move();
        if (!iterator.isValid()) {
            try {
                iterator.status();
            } catch (RocksDBException e) {
                throw failed.apply(e);
            }
            return false;
        }
        key = iterator.key();
        return reverse ? Arrays.compareUnsigned(key, first) >= 0 : Arrays.compareUnsigned(key, end) < 0;
    }

    private void move() {
        if (begun) {
            if (iterator.isValid()) {
                step();
            }
            return;
        }
        begun = true;
        if (!reverse) {
            iterator.seek(first);
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
        return Bytes.wrap(iterator.value());
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            iterator.close();
            onClose.run();
        }
    }
}
