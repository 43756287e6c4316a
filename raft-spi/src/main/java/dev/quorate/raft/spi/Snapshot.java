/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import dev.quorate.api.bytes.Bytes;
import org.apiguardian.api.API;

/**
 * The state at an entry, in place of the entries up to it: the message {@code raftpb.Snapshot}.
 *
 * <p>Raft itself looks at the mark only. The state is large, so it is no part of this value: it is streamed beside the
 * message ({@link PeerTransport#sendSnapshot}).
 *
 * @param mark where it was taken
 * @param data what the server sends along in the message, opaque here and small
 */
@API(status = API.Status.EXPERIMENTAL)
public record Snapshot(SnapshotMark mark, Bytes data) {
    /** No snapshot. */
    public static final Snapshot NONE = new Snapshot(SnapshotMark.NONE, Bytes.EMPTY);

    /**
     * Returns the entry up to which the state goes.
     *
     * @return its index, 0 if there is no snapshot
     */
    public long index() {
        return mark.index();
    }

    /**
     * Returns the term of that entry.
     *
     * @return the term
     */
    public long term() {
        return mark.term();
    }

    /**
     * Tells whether there is no snapshot.
     *
     * @return true if it holds nothing
     */
    public boolean isEmpty() {
        return mark.index() == 0;
    }
}
