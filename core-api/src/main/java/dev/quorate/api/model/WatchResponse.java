/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/**
 * Tells a watcher something.
 *
 * @param header who answered, and at which revision
 * @param watchId which watcher; -1 for all of the stream, or for one that could not be made
 * @param created the watcher was made
 * @param canceled the watcher has ended
 * @param compactRevision the compaction that ended it, 0 for none
 * @param cancelReason why it ended; may be empty
 * @param fragment more of the same revision follows
 * @param events what happened, in order
 */
@API(status = API.Status.EXPERIMENTAL)
public record WatchResponse(
        ResponseHeader header,
        long watchId,
        boolean created,
        boolean canceled,
        long compactRevision,
        String cancelReason,
        boolean fragment,
        Events events) {}
