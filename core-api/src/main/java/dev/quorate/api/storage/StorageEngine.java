/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.storage;

import java.nio.file.Path;
import org.apiguardian.api.API;

/**
 * Named ordered buckets of bytes on a disk or in memory: the projection of the Raft log that reads are answered from.
 *
 * <p>Implemented by the storage adapters; called by the inside. One thread writes; any thread reads, at the same time
 * and without waiting for it. An interrupted thread harms nobody: neither its own read nor the files.
 *
 * <p><b>Order.</b> {@link #write} is atomic, and batches become visible in the order of the calls, each as soon as its
 * call returns, to {@link #get}, {@link #read} and every snapshot and scan made from then on.
 *
 * <p><b>Prefix durability.</b> Nothing is durable when {@code write} returns. After a crash of process or machine the
 * store holds exactly the first n batches for some n, at least up to the last completed {@link #flush};
 * {@link #durableMark} tells how far that is known. The owner replays its log from the mark that it finds in its own
 * rows.
 *
 * <p><b>Marks.</b> Each batch carries a number that never falls: the Raft index applied with it. The engine stores it
 * with the batch.
 *
 * <p><b>Errors.</b> {@link StorageException} for what disk or files do; after one of {@code write} or {@code flush} the
 * engine takes no more writes, and the member has to end. A closed engine answers {@link IllegalStateException}.
 *
 * <pre>{@code
 * batch.put(KEY, revision, record).put(META, CONSISTENT_INDEX, index);
 * engine.write(batch, index);      // visible now, durable some time
 * engine.flush();                  // durable now: engine.durableMark() >= index
 * }</pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public interface StorageEngine extends StorageReader, AutoCloseable {
    /**
     * Makes the changes of a batch, all or none. Called by one thread at a time.
     *
     * @param batch the changes; not kept after the call
     * @param mark number of the batch; not less than that of the batch before
     * @throws StorageException if storage fails
     */
    void write(WriteBatch batch, long mark);

    /**
     * Makes everything durable that was written before the call. May block on the disk; may run beside writes and
     * reads.
     *
     * @throws StorageException if storage fails
     */
    void flush();

    /**
     * Returns up to which mark the store would come back after a crash.
     *
     * @return the mark; 0 if nothing is durable yet. In memory: that of the last batch
     */
    long durableMark();

    /**
     * Fixes the current state.
     *
     * @return a view of it; close it
     */
    StorageSnapshot snapshot();

    /**
     * Copies the whole store, as it is now, into a folder from which an engine of the same kind can be opened.
     *
     * @param target a folder that does not exist yet
     * @throws StorageException if storage fails
     */
    void checkpoint(Path target);

    /**
     * Returns the bytes that live rows take, roughly and cheaply. Falls when rows are deleted.
     *
     * @return the number; not more than {@link #sizeOnDisk()}
     */
    long sizeInUse();

    /**
     * Returns the bytes that the store takes, roughly and cheaply, what waits to be written included. A store without
     * rows counts less than 52 KiB, whatever is set aside beforehand.
     *
     * @return the number
     */
    long sizeOnDisk();

    /**
     * Gives room of deleted rows back. May take long; reads and writes go on.
     *
     * @throws StorageException if storage fails
     */
    void compact();

    /** Flushes and closes. Reads and writes under way end first or fail with {@link IllegalStateException}. */
    @Override
    void close();
}
