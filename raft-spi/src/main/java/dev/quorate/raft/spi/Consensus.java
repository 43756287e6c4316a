/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import dev.quorate.api.bytes.Bytes;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apiguardian.api.API;

/**
 * A totally ordered, durable, replicated log of opaque commands.
 *
 * <p>Implemented by raft-impl, called by the server; nothing here names our Raft. Committed entries go to the
 * {@link StateMachine} that the log was opened with. No method blocks; all are thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface Consensus extends AutoCloseable {
    /** Hears that a proposal will never be committed. Called on any thread; must return at once. */
    @FunctionalInterface
    interface DropListener {
        /**
         * Takes the reason. Not called for a proposal whose fate is unknown.
         *
         * @param reason why it was dropped
         */
        void dropped(DropReason reason);
    }

    /** Why a proposal was dropped. */
    enum DropReason {
        /** There is no leader to take it. */
        NO_LEADER,
        /** Too many bytes wait to be committed. */
        OVERLOADED,
        /** No leader has answered in time. Only reads hear this. */
        TIMEOUT,
        /** The log is closed or has failed. */
        STOPPED
    }

    /** Hears from which index on a linearizable read sees enough. Called on any thread; must return at once. */
    interface ReadIndexListener {
        /**
         * Takes the index.
         *
         * @param index what was committed when the read was asked for
         */
        void confirmed(long index);

        /**
         * Takes the reason why there is none.
         *
         * @param reason why
         */
        void failed(DropReason reason);
    }

    /**
     * Proposes a command. Once it is committed it reaches the state machine of every member; the proposer recognises it
     * there.
     *
     * @param command the data of the entry, not empty
     * @param listener hears if it is dropped
     */
    void propose(Bytes command, DropListener listener);

    /**
     * Asks from which index on a linearizable read sees enough. Confirmed only after an entry of the current term is
     * committed.
     *
     * @param listener hears the answer
     */
    void readIndex(ReadIndexListener listener);

    /**
     * Proposes a change of who votes and learns. Once it is committed it reaches the state machine of every member,
     * which may still refuse it; a change that Raft itself cannot make now arrives there as an entry without data.
     *
     * @param change the change
     * @param listener hears if it is dropped
     */
    void changeMembership(ConfChange change, DropListener listener);

    /**
     * Hands leadership over, or asks the leader to. {@link #status} shows whether it has come about; an attempt ends
     * after an election timeout.
     *
     * @param memberId who shall lead
     */
    void transferLeadership(long memberId);

    /**
     * Tells how far the other members are, as the leader knows it.
     *
     * @return this member's view, itself included; empty if it does not lead
     */
    CompletionStage<List<MemberProgress>> progress();

    /**
     * Tells how the log stands. Cheap: read at each request.
     *
     * @return a consistent picture
     */
    ConsensusStatus status();

    /** Takes no more proposals, makes durable what was taken, and stops its threads. */
    @Override
    void close();
}
