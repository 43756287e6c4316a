/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.inbound;

import org.apiguardian.api.API;

/** Tells of changes. Thread-safe. */
@API(status = API.Status.EXPERIMENTAL)
public interface Watches {
    /**
     * Opens a stream for any number of watchers.
     *
     * @param onAvailable called, on a thread of the member, when {@link WatchStream#poll} has something after it had
     *     nothing; must return at once, and may be called more often than needed
     * @return the stream; close it
     */
    WatchStream open(Runnable onAvailable);
}
