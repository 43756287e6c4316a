/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.storage;

import org.apiguardian.api.API;

/**
 * One consistent state of a {@link StorageEngine}, unchanged by later writes. Thread-safe; close it, for it keeps old
 * data from being freed.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface StorageSnapshot extends StorageReader, AutoCloseable {
    /**
     * Returns the mark of the last batch that this state holds.
     *
     * @return the mark
     */
    long mark();

    @Override
    void close();
}
