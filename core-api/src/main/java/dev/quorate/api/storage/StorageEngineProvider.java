/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.storage;

import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;

/** Opens a kind of {@link StorageEngine}. Found by {@link java.util.ServiceLoader} and chosen by name. */
@API(status = API.Status.EXPERIMENTAL)
public interface StorageEngineProvider {
    /**
     * Returns the name that a configuration chooses.
     *
     * @return lower case: {@code rocksdb}, {@code h2}, {@code memory}
     */
    String name();

    /**
     * Tells whether the store outlives the process.
     *
     * @return false if it is only in memory; {@link #open} then gets a folder that it never touches
     */
    boolean durable();

    /**
     * Opens the store in a folder and makes an empty one if there is none.
     *
     * @param directory the folder, which exists; the engine owns everything in it
     * @param buckets every bucket that will be used
     * @return the store
     * @throws StorageException if the files are damaged, in use, or of another kind: says which file and why, and
     *     changes nothing
     */
    StorageEngine open(Path directory, List<Bucket> buckets);
}
