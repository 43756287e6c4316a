/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.inbound;

import dev.quorate.api.model.RangeResponse;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of a large range. The taker sets the pace, so a slow one costs no memory. Not thread-safe, but may wander
 * from thread to thread.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface RangeStream {
    /**
     * Reads the next piece. May read from disk.
     *
     * @return keys; the last piece also has header, count and more, the others have a header of zeroes. Null after the
     *     last
     * @throws dev.quorate.api.error.EtcdException if the revision was compacted meanwhile
     */
    @Nullable
    RangeResponse next();
}
