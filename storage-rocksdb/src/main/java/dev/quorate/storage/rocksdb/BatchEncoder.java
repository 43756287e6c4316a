/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.rocksdb;

import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.WriteBatch;
import java.util.Arrays;

/**
 * Puts a batch into RocksDB's own form, so that it crosses into native code in one call.
 *
 * <pre>
 * 8 bytes sequence (0), 4 bytes number of changes, both little-endian
 * put:    1, varint length of the key, key, varint length of the value, value
 * delete: 0, varint length of the key, key
 * </pre>
 *
 * <p>Not thread-safe. Source: RocksDB 11, {@code db/write_batch.cc}.
 */
final class BatchEncoder implements WriteBatch.Visitor {
    private static final int HEAD = 12;
    private static final int OVERHEAD = 12; // of one change: tag, bucket, two lengths

    private byte[] buffer = new byte[64 << 10];
    private int size;
    private int count;

    byte[] encode(WriteBatch batch, byte[] markKey, long mark) {
        size = HEAD;
        count = 0;
        batch.forEach(this);
        ensure(OVERHEAD + markKey.length + Long.BYTES);
        buffer[size++] = 1;
        varint(markKey.length);
        System.arraycopy(markKey, 0, buffer, size, markKey.length);
        size += markKey.length;
        varint(Long.BYTES);
        for (int shift = 56; shift >= 0; shift -= 8) {
            buffer[size++] = (byte) (mark >>> shift);
        }
        count++;
        Arrays.fill(buffer, 0, 8, (byte) 0);
        for (int i = 0; i < 4; i++) {
            buffer[8 + i] = (byte) (count >>> (8 * i));
        }
        return Arrays.copyOf(buffer, size);
    }

    @Override
    public void put(Bucket bucket, byte[] data, int keyOffset, int keyLength, int valueOffset, int valueLength) {
        ensure(OVERHEAD + keyLength + valueLength);
        buffer[size++] = 1;
        key(bucket, data, keyOffset, keyLength);
        varint(valueLength);
        System.arraycopy(data, valueOffset, buffer, size, valueLength);
        size += valueLength;
    }

    @Override
    public void delete(Bucket bucket, byte[] data, int keyOffset, int keyLength) {
        ensure(OVERHEAD + keyLength);
        buffer[size++] = 0;
        key(bucket, data, keyOffset, keyLength);
    }

    private void key(Bucket bucket, byte[] data, int offset, int length) {
        count++;
        varint(length + 1);
        buffer[size++] = (byte) bucket.number();
        System.arraycopy(data, offset, buffer, size, length);
        size += length;
    }

    private void varint(int value) {
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            buffer[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[size++] = (byte) rest;
    }

    private void ensure(int more) {
        if (buffer.length - size < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(size, more)));
        }
    }
}
