/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers reads: with the commit index as of when they were asked for, once it is sure that nobody else led then.
 *
 * <p>Source: Ongaro thesis, section 6.4; etcd-io/raft v3.7.0, {@code raft.go}.
 */
final class ReadRequests {
    private final NodeState state;
    private final Outbox outbox;
    private final Replicator replicator;
    private List<Message> early = new ArrayList<>(); // came before an entry of the term was committed

    ReadRequests(NodeState state, Outbox outbox, Replicator replicator) {
        this.state = state;
        this.outbox = outbox;
        this.replicator = replicator;
    }

    /** Takes a read, as the leader. */
    void take(Message request) {
        if (!state.hasCommittedInTerm()) {
            early.add(request);
        } else if (state.isOnlyVoter()) {
            answer(request, state.log().committed());
        } else {
            confirm(request);
        }
    }

    /** Takes up the reads that came too early, once an entry of the term is committed. */
    void takeEarly() {
        if (early.isEmpty() || !state.hasCommittedInTerm()) {
            return;
        }
        List<Message> requests = early;
        early = new ArrayList<>();
        requests.forEach(this::take);
    }

    private void confirm(Message request) {
        if (state.settings().leaseReads()) {
            answer(request, state.log().committed());
            return;
        }
        state.reads().add(request, state.log().committed());
        state.reads().acknowledgeBySelf(state.id());
        replicator.broadcastHeartbeat();
    }

    /** Takes the answer to a heartbeat, and answers the reads that are confirmed by it. */
    void acknowledge(Message heartbeatResponse) {
        if (state.settings().leaseReads() || heartbeatResponse.context().isEmpty()) {
            return;
        }
        ReadQueue reads = state.reads();
        reads.acknowledge(heartbeatResponse.from(), heartbeatResponse.context());
        for (ReadQueue.Read read :
                reads.takeConfirmed(state.tracker().configuration().voters())) {
            answer(read.request(), read.index());
        }
    }

    private void answer(Message request, long index) {
        if (request.from() == Message.NOBODY || request.from() == state.id()) {
            outbox.read(new Ready.ReadState(index, request.entries().get(0).data()));
        } else {
            outbox.send(outbox.message(MessageType.READ_INDEX_RESPONSE, request.from())
                    .index(index)
                    .entries(request.entries()));
        }
    }
}
