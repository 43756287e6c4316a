/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What committed entries are applied to.
 *
 * <p>Implemented by the server. All calls of {@link #apply} come from one thread, in the order of the log, each entry
 * once per life of the process; after a start they begin behind {@link #appliedIndex}, and after
 * {@link #installSnapshot} behind the snapshot.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface StateMachine {
    /**
     * Applies committed entries. When it returns, reads see their effect.
     *
     * @param entries at least one, indexes without a gap
     * @return the indexes of those that change the configuration and are refused: they have no effect on Raft either.
     *     Usually empty
     * @throws RuntimeException if storage fails or an invariant is broken: the member ends
     */
    List<Long> apply(List<Entry> entries);

    /**
     * Returns who votes and learns at {@link #appliedIndex}. Asked once, at the start.
     *
     * @return the configuration that storage holds; empty if nothing was applied yet
     */
    ConfState confState();

    /**
     * Fixes the state for a member that is far behind. Called between two calls of {@link #apply}, on the same thread,
     * so it must be cheap: what takes time is done when the state is read.
     *
     * @return the state at {@link #appliedIndex}
     * @throws RuntimeException if this member cannot make snapshots; the receiver then waits for another leader
     */
    StateSnapshot takeSnapshot();

    /**
     * Takes in the state that a leader sends, checks all of it and keeps it through a crash, but does not use it yet.
     * May block on the disk; called on a thread of the transport, possibly for several snapshots at once.
     *
     * @param snapshot where it was taken
     * @param state the state, read to its end
     * @throws IOException if it is not whole, or cannot be stored
     */
    void receiveSnapshot(Snapshot snapshot, InputStream state) throws IOException;

    /**
     * Puts a state that was taken in ({@link #receiveSnapshot}) in place of this one. Called between two calls of
     * {@link #apply}, on the same thread, after the log has noted the snapshot; a crash on the way is made good at the
     * next start. When it returns, reads see the new state and {@link #appliedIndex} is that of the snapshot.
     *
     * @param snapshot where it was taken; its index is above {@link #appliedIndex}
     * @throws RuntimeException if storage fails or the state is not there: the member ends
     */
    void installSnapshot(Snapshot snapshot);

    /**
     * Hears that leader or term have changed. Called on any thread, one call at a time, in order; must return at once.
     *
     * @param status how the log stands now
     */
    void leaderChanged(ConsensusStatus status);

    /**
     * Hears that other members say that this one was removed: it has to end. Called on any thread; must return at once.
     */
    void removed();

    /**
     * Returns the last entry whose effect the state holds, as found in storage at the start and moved by
     * {@link #apply}.
     *
     * @return the index, 0 for none. Thread-safe
     */
    long appliedIndex();

    /**
     * Returns the last entry whose effect would survive a crash: the log is cut only below it.
     *
     * @return the index, not above {@link #appliedIndex}. Thread-safe
     */
    long durableIndex();

    /**
     * Makes everything applied so far durable, so that the log may be cut. May block on the disk; never called on the
     * thread that applies.
     */
    void flush();
}
