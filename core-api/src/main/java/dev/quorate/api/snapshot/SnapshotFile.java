/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.snapshot;

import dev.quorate.api.storage.StorageReader.Cursor;
import java.util.List;
import org.apiguardian.api.API;

/** A snapshot that lies in a file, checked when it was opened. Confined to one thread. */
@API(status = API.Status.EXPERIMENTAL)
public interface SnapshotFile extends AutoCloseable {
    /**
     * Returns the size of the snapshot, without the hash behind it.
     *
     * @return the number of bytes
     */
    long sizeBytes();

    /**
     * Tells whether a hash follows the snapshot. Files that were saved from a running member have one, copies of a data
     * dir have none.
     *
     * @return true if the size says so
     */
    boolean hasHash();

    /**
     * Compares the hash with the bytes before it. Reads the whole file.
     *
     * @return false if they differ
     * @throws IllegalStateException if there is no hash
     * @throws SnapshotException if the file cannot be read
     */
    boolean hashMatches();

    /**
     * Lists the buckets.
     *
     * @return their names, in order
     */
    List<String> buckets();

    /**
     * Walks over the rows of a bucket in the order of their keys.
     *
     * @param bucket its name
     * @return a cursor before the first row; close it before the file. {@code next} throws {@link SnapshotException} if
     *     the file has changed for the worse since it was opened
     * @throws IllegalArgumentException if there is no such bucket
     */
    Cursor scan(String bucket);

    @Override
    void close();
}
