/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import java.util.List;
import org.apiguardian.api.API;

/**
 * Where entries and hard state survive a crash.
 *
 * <p>Implemented by the log adapters; called by one thread at a time, which may block on the disk.
 *
 * <p><b>Durability.</b> When {@link #append} or {@link #snapshot} returns, what it was given survives a crash, and
 * nothing that was durable before is ever written again. When it throws, the outcome is unknown, nothing is tried
 * again, and the member ends.
 *
 * <p>An entry whose index is in the log already replaces it and all behind it.
 *
 * <pre>{@code
 * log.append(entries, new HardState(2, me, 4));   // durable now: acknowledge
 * log.snapshot(new SnapshotMark(4, 2, voters));   // storage has made entry 4 durable
 * log.release(4);                                 // entries up to 4 may go
 * }</pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public interface RaftLog extends AutoCloseable {
    /**
     * Appends entries and notes the hard state.
     *
     * @param entries in order without a gap; may be empty
     * @param state the hard state
     * @throws java.io.UncheckedIOException if the disk fails
     */
    void append(List<Entry> entries, HardState state);

    /**
     * Notes that everything up to an entry is in storage for good, so that a start may begin behind it.
     *
     * @param mark the entry and who voted there
     * @throws java.io.UncheckedIOException if the disk fails
     */
    void snapshot(SnapshotMark mark);

    /**
     * Allows entries to go. How many are kept nevertheless is the log's own affair.
     *
     * @param index last entry that is not needed any more; not above the last {@link #snapshot}
     */
    void release(long index);

    @Override
    void close();
}
