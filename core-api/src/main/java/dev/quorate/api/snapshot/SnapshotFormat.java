/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.snapshot;

import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageReader;
import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Writes the buckets of a store as one file, and reads such a file.
 *
 * <p>Implemented by an adapter that {@link java.util.ServiceLoader} finds; called by the member when a client or a peer
 * asks for a snapshot, and by what restores one. Thread-safe; every method reads from disk, so none may run on a thread
 * that must not wait.
 *
 * <pre>{@code
 * try (StorageSnapshot state = engine.snapshot()) {
 *     SnapshotImage image = format.image(state, Buckets.ALL);   // walks once, to know the size
 *     image.content().transferTo(out);                          // walks again, image.sizeBytes() bytes
 * }
 * try (SnapshotFile file = format.open(path)) {                 // checks every page
 *     for (String bucket : file.buckets()) { … file.scan(bucket) … }
 * }
 * }</pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public interface SnapshotFormat {
    /**
     * Lays out the file of a state. Walks over all rows once.
     *
     * @param state the state; must not change or be closed while the image is in use
     * @param buckets what to write; those without rows are written too
     * @return what the file will be
     * @throws SnapshotException if a row does not fit the format: its key is too long
     * @throws dev.quorate.api.storage.StorageException if storage fails
     */
    SnapshotImage image(StorageReader state, List<Bucket> buckets);

    /**
     * Opens a file and checks all of it: everything that the format can check, page by page. The hash behind it is not
     * checked, see {@link SnapshotFile#hashMatches()}.
     *
     * @param file the file; must not change while it is open
     * @return its content; close it
     * @throws SnapshotException if it is no such file or damaged: says where and how
     */
    SnapshotFile open(Path file);
}
