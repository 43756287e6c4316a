/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.MessageType;
import java.util.List;

/** The leader's own log: what it appends, and how far a quorum has it. */
final class Appender {
    private final NodeState state;
    private final Outbox outbox;

    Appender(NodeState state, Outbox outbox) {
        this.state = state;
        this.outbox = outbox;
    }

    /**
     * Appends entries of the current term behind the log. They count for this member only once they are durable: then
     * the acknowledgement that is queued here comes back to it.
     *
     * @return false if too much waits to be committed: then nothing is appended
     */
    boolean append(List<Entry> entries) {
        if (!state.tryReserve(EntrySizes.payload(entries))) {
            return false;
        }
        long last = state.log().append(entries);
        state.trace().event(TraceListener.Kind.REPLICATE);
        outbox.send(outbox.message(MessageType.APPEND_RESPONSE, state.id()).index(last));
        return true;
    }

    /** Commits what a quorum has, if it ends with an entry of this term. Returns whether that is news. */
    boolean maybeCommit() {
        if (!state.log().maybeCommit(state.term(), state.tracker().committedIndex())) {
            return false;
        }
        state.trace().event(TraceListener.Kind.COMMIT);
        return true;
    }
}
