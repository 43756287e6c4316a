/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.SnapshotMark;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What a node starts with.
 *
 * @param memberId this member, unsigned
 * @param state the hard state that the log holds
 * @param snapshot the snapshot that the log vouches for
 * @param entries the entries of the log behind it, without a gap
 * @param snapshotCount after how many entries the log notes another snapshot
 * @param catchUpEntries how many applied entries are kept in memory for members that lag behind
 * @param pendingBytesMax proposals are dropped while more bytes than these wait to be applied
 * @param times how time is counted
 */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings("checkstyle:RecordComponentNumber")
public record RaftConfig(
        long memberId,
        HardState state,
        SnapshotMark snapshot,
        List<Entry> entries,
        long snapshotCount,
        long catchUpEntries,
        long pendingBytesMax,
        NodeTimes times) {
    /** How many bytes may usually wait: 256 MiB. */
    public static final long PENDING_BYTES_MAX = 256L << 20;

    /** Takes a copy of the list. */
    public RaftConfig {
        entries = List.copyOf(entries);
    }

    long lastIndex() {
        return entries.isEmpty()
                ? snapshot.index()
                : entries.get(entries.size() - 1).index();
    }
}
