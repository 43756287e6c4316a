/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.inbound;

import dev.quorate.api.model.SnapshotResponse;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of a snapshot, made when they are asked for: the taker sets the pace, and a slow one costs no memory, only
 * that storage keeps the state of when it began. Not thread-safe, but may wander from thread to thread.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface SnapshotStream extends AutoCloseable {
    /**
     * Makes the next piece. Reads from disk.
     *
     * @return the piece; null after the last
     * @throws dev.quorate.api.snapshot.SnapshotException if the store holds what a snapshot cannot
     * @throws dev.quorate.api.storage.StorageException if storage fails
     */
    @Nullable
    SnapshotResponse next();

    /** Lets storage forget the state. Not while {@link #next} runs; later calls do nothing. */
    @Override
    void close();
}
