/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.snapshot;

import java.io.InputStream;
import org.apiguardian.api.API;

/** A file that was laid out and can be made any number of times, each time with the same bytes. Thread-safe. */
@API(status = API.Status.EXPERIMENTAL)
public interface SnapshotImage {
    /**
     * Returns the size of the file, without a hash behind it.
     *
     * @return the number of bytes
     */
    long sizeBytes();

    /**
     * Makes the file, as fast as it is read and no faster. Walks over all rows once.
     *
     * @return exactly {@link #sizeBytes()} bytes; close it, at the latest before the state is closed. Not thread-safe,
     *     but may wander from thread to thread
     */
    InputStream content();
}
