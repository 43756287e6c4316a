/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.storage;

import dev.quorate.api.bytes.Bytes;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * Changes that a {@link StorageEngine} makes all at once, in the order in which they were added; of two changes of one
 * key the later one counts.
 *
 * <p>Keys and values are copied in, so the caller may go on using its arrays. May be cleared and filled again once
 * written. Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class WriteBatch {
    private byte[] data = new byte[1024];
    private int dataSize;
    private long[] entries = new long[32]; // two per change: bucket, kind and key length; value length
    private int size;
    private Bucket[] buckets = new Bucket[16];

    /** Creates a batch without changes. */
    public WriteBatch() {}

    /** Takes the changes of a batch one after the other. */
    public interface Visitor {
        /**
         * Takes a row to store.
         *
         * @param bucket where
         * @param data array that holds key and value; read only, and only during the call
         * @param keyOffset index of the first byte of the key
         * @param keyLength number of bytes of the key
         * @param valueOffset index of the first byte of the value
         * @param valueLength number of bytes of the value
         */
        void put(Bucket bucket, byte[] data, int keyOffset, int keyLength, int valueOffset, int valueLength);

        /**
         * Takes a row to delete.
         *
         * @param bucket where
         * @param data array that holds the key; read only, and only during the call
         * @param keyOffset index of the first byte of the key
         * @param keyLength number of bytes of the key
         */
        void delete(Bucket bucket, byte[] data, int keyOffset, int keyLength);
    }

    /**
     * Stores a row.
     *
     * @param bucket where
     * @param key its key, not empty
     * @param value its value
     * @return this batch
     */
    public WriteBatch put(Bucket bucket, Bytes key, Bytes value) {
        return put(
                bucket,
                key.sharedArray(),
                key.sharedOffset(),
                key.length(),
                value.sharedArray(),
                value.sharedOffset(),
                value.length());
    }

    /**
     * Stores a row whose parts lie in arrays.
     *
     * @param bucket where
     * @param key array of the key
     * @param keyOffset index of its first byte
     * @param keyLength its number of bytes, at least one
     * @param value array of the value
     * @param valueOffset index of its first byte
     * @param valueLength its number of bytes
     * @return this batch
     */
    @SuppressWarnings("checkstyle:ParameterNumber") // two slices and a place; a slice object each is what this avoids
    public WriteBatch put(
            Bucket bucket, byte[] key, int keyOffset, int keyLength, byte[] value, int valueOffset, int valueLength) {
        entry(bucket, false, key, keyOffset, keyLength, valueLength);
        append(value, valueOffset, valueLength);
        return this;
    }

    /**
     * Deletes a row; nothing happens if there is none.
     *
     * @param bucket where
     * @param key its key, not empty
     * @return this batch
     */
    public WriteBatch delete(Bucket bucket, Bytes key) {
        entry(bucket, true, key.sharedArray(), key.sharedOffset(), key.length(), 0);
        return this;
    }

    /**
     * Gives every change to a visitor, in order.
     *
     * @param visitor the visitor
     */
    public void forEach(Visitor visitor) {
        int at = 0;
        for (int i = 0; i < size; i++) {
            Bucket bucket = buckets[i];
            long head = entries[2 * i];
            int keyLength = (int) (head >>> 1);
            int valueLength = (int) entries[2 * i + 1];
            if ((head & 1) != 0) {
                visitor.delete(bucket, data, at, keyLength);
            } else {
                visitor.put(bucket, data, at, keyLength, at + keyLength, valueLength);
            }
            at += keyLength + valueLength;
        }
    }

    /** Forgets all changes and keeps the room that they took. */
    public void clear() {
        size = 0;
        dataSize = 0;
    }

    /**
     * Returns the number of changes.
     *
     * @return the number
     */
    public int size() {
        return size;
    }

    /**
     * Returns the bytes of all keys and values.
     *
     * @return the number
     */
    public int sizeBytes() {
        return dataSize;
    }

    private void entry(Bucket bucket, boolean delete, byte[] key, int keyOffset, int keyLength, int valueLength) {
        if (keyLength == 0) {
            throw new IllegalArgumentException("a row of bucket " + bucket.name() + " has no key");
        }
        if (size == buckets.length) {
            buckets = Arrays.copyOf(buckets, size * 2);
            entries = Arrays.copyOf(entries, size * 4);
        }
        buckets[size] = bucket;
        entries[2 * size] = (long) keyLength << 1 | (delete ? 1 : 0);
        entries[2 * size + 1] = valueLength;
        size++;
        append(key, keyOffset, keyLength);
    }

    private void append(byte[] source, int offset, int length) {
        if (data.length - dataSize < length) {
            data = Arrays.copyOf(data, Math.max(data.length * 2, Math.addExact(dataSize, length)));
        }
        System.arraycopy(source, offset, data, dataSize, length);
        dataSize += length;
    }
}
