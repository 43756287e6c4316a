/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.SnapshotMark;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What a log holds.
 *
 * @param memberId the member that wrote it, unsigned
 * @param clusterId its cluster, unsigned
 * @param snapshot the last snapshot that it vouches for, {@link SnapshotMark#NONE} for the beginning
 * @param entries entries behind that snapshot, without a gap
 * @param state the last hard state
 * @param end where it goes on
 */
@API(status = API.Status.EXPERIMENTAL)
public record WalContent(
        long memberId, long clusterId, SnapshotMark snapshot, List<Entry> entries, HardState state, WalEnd end) {
    /** Takes a copy of the list. */
    public WalContent {
        entries = List.copyOf(entries);
    }

    /**
     * Returns the last entry.
     *
     * @return its index; that of the snapshot if there is none behind it
     */
    public long lastIndex() {
        return entries.isEmpty()
                ? snapshot.index()
                : entries.get(entries.size() - 1).index();
    }
}
