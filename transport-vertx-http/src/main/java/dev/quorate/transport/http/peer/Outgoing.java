/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.raft.spi.Message;
import org.jspecify.annotations.Nullable;

/**
 * A message that waits to be sent.
 *
 * @param message what to send
 * @param block its entries, null if it has none
 */
record Outgoing(Message message, @Nullable EntryBlock block) {
    private static final int HEAD_BYTES = 128;

    /** About how much it takes on the wire, and holds in memory. */
    long size() {
        return HEAD_BYTES + message.context().length() + (block == null ? 0 : block.size());
    }
}
