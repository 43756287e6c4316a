/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.storage;

import dev.quorate.api.bytes.Bytes;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What can be read of a store: of its current state ({@link StorageEngine}) or of a fixed one
 * ({@link StorageSnapshot}).
 */
@API(status = API.Status.EXPERIMENTAL)
public interface StorageReader {
    /**
     * Reads a row.
     *
     * @param bucket where
     * @param key its key
     * @return its value, or null if there is no such row
     * @throws StorageException if storage fails
     */
    @Nullable
    Bytes get(Bucket bucket, Bytes key);

    /**
     * Reads a row into the caller's array, without an object of its own: the way of reads that fetch many rows.
     *
     * @param bucket where
     * @param key array of the key
     * @param keyOffset index of its first byte
     * @param keyLength its number of bytes
     * @param into takes the value from {@code intoOffset} on
     * @param intoOffset index in it of the first byte
     * @return the number of bytes of the value; -1 if there is no such row. If it is larger than the room, what stands
     *     in {@code into} is undefined and the caller reads again with more room
     * @throws StorageException if storage fails
     */
    int read(Bucket bucket, byte[] key, int keyOffset, int keyLength, byte[] into, int intoOffset);

    /**
     * Walks over rows in the order of their keys (unsigned bytes).
     *
     * @param bucket where
     * @param from first key, inclusive; empty for the first row
     * @param to last key, exclusive; null for no end
     * @param reverse from the end to the beginning
     * @return a cursor before the first row of the walk; close it
     * @throws StorageException if storage fails
     */
    Cursor scan(Bucket bucket, Bytes from, @Nullable Bytes to, boolean reverse);

    /** Stands on one row after the other. Sees one consistent state, of when it was made. Confined to one thread. */
    interface Cursor extends AutoCloseable {
        /**
         * Moves to the next row of the walk.
         *
         * @return false if there is none
         */
        boolean next();

        /**
         * Returns the key of the row.
         *
         * @return the key; stays valid after the next move
         */
        Bytes key();

        /**
         * Returns the value of the row.
         *
         * @return the value; stays valid after the next move
         */
        Bytes value();

        @Override
        void close();
    }
}
