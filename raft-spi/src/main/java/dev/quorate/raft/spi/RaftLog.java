/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import java.util.List;
import org.apiguardian.api.API;

/**
 * Where entries and hard state survive a crash.
 *
 * <p>Implemented by the log adapters; called by one thread at a time, which may block on the disk.
 *
 * <p><b>Durability.</b> When {@link #append}, {@link #snapshot} or {@link #install} returns, what it was given survives
 * a crash, and nothing that was durable before is ever written again. When it throws, the outcome is unknown, nothing
 * is tried again, and the member ends.
 *
 * <p>An entry whose index is in the log already replaces it and all behind it.
 *
 * <pre>{@code
 * log.append(entries, new HardState(2, me, 4));   // durable now: acknowledge
 * log.snapshot(new SnapshotMark(4, 2, voters));   // storage has made entry 4 durable
 * log.release(4);                                 // entries up to 4 may go
 * log.install(snapshot);                          // the leader has sent the state at 90: entries before it are void
 * log.append(List.of(), new HardState(3, 0, 90)); // the next entry is 91
 * }</pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public interface RaftLog extends AutoCloseable {
    /**
     * Appends entries and notes the hard state.
     *
     * <p>A crash may cut this off anywhere, and what is left is a beginning of it. The hard state comes last, but for
     * what {@link HardState#ahead} says of an entry, which comes right before that one.
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
     * Notes that the state of another member takes the place of every entry that the log holds: those up to the
     * snapshot are no longer needed, and those behind it, which were never committed, are void. The next entry is the
     * one behind the snapshot.
     *
     * <p>Called after the state was taken in ({@link StateMachine#receiveSnapshot}) and before it is used
     * ({@link StateMachine#installSnapshot}): a start then finds it by the snapshot that the log vouches for. The hard
     * state in the log rises with it, to the snapshot's term (with no vote if that is a later one) and its index as
     * commit; the one that the core has made is appended afterwards.
     *
     * @param snapshot where the state was taken; the log does not hold that entry, or of another term
     * @throws java.io.UncheckedIOException if the disk fails
     */
    void install(Snapshot snapshot);

    /**
     * Allows entries to go. How many are kept nevertheless is the log's own affair.
     *
     * @param index last entry that is not needed any more; not above the last {@link #snapshot} or {@link #install}
     */
    void release(long index);

    @Override
    void close();
}
