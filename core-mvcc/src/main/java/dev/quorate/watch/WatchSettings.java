/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import org.apiguardian.api.API;

/**
 * Bounds and times of watches.
 *
 * @param queueBytesMax how many bytes may wait in a stream before its watchers stand back; one answer may exceed it
 * @param fragmentBytes from which size on an answer is split for a watcher that wants it: etcd's limit of request bytes
 *     and 512 KiB
 * @param batchRevisionsMax how many revisions an answer from the past may tell at most
 * @param pieceChangesMax how many changes are read from the store at a time
 * @param pieceBytesMax how many bytes of wanted changes are kept of what is read at a time; one revision may exceed it
 * @param progressNanos how often a quiet watcher that asked for it is told the revision; each stream adds up to a tenth
 */
@API(status = API.Status.EXPERIMENTAL)
public record WatchSettings(
        long queueBytesMax,
        long fragmentBytes,
        int batchRevisionsMax,
        int pieceChangesMax,
        long pieceBytesMax,
        long progressNanos) {
    /**
     * The usual settings.
     *
     * @param requestBytesMax limit of request bytes of the server
     * @param progressNanos how often a quiet watcher is told the revision
     * @return the settings
     */
    public static WatchSettings of(long requestBytesMax, long progressNanos) {
        return new WatchSettings(2 << 20, requestBytesMax + (512 << 10), 1000, 8192, 1 << 20, progressNanos);
    }
}
