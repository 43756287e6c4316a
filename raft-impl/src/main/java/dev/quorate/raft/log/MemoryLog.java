/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.RaftLog;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import java.util.List;
import org.apiguardian.api.API;

/** The log of a member that ends with its process: there is nothing to keep. */
@API(status = API.Status.EXPERIMENTAL)
public final class MemoryLog implements RaftLog {
    /** Creates the log. */
    public MemoryLog() {}

    @Override
    public void append(List<Entry> entries, HardState state) {}

    @Override
    public void snapshot(SnapshotMark mark) {}

    @Override
    public void install(Snapshot snapshot) {}

    @Override
    public void release(long index) {}

    @Override
    public void close() {}
}
