/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.Consensus;
import dev.quorate.raft.spi.ConsensusStatus;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.MemberProgress;
import dev.quorate.raft.spi.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;

/** A log that commits and applies at once what it is given, while a leader is known; a test decides who leads. */
final class FakeLog implements Consensus {
    private final StateMachine state;
    private final long memberId;
    final List<Long> refused = new ArrayList<>();
    final List<Long> transfers = new ArrayList<>();
    LongConsumer onTransfer = target -> {};
    List<MemberProgress> progress = List.of();
    private volatile ConsensusStatus status;
    private boolean applies = true;

    FakeLog(StateMachine state, long memberId) {
        this.state = state;
        this.memberId = memberId;
        this.status = new ConsensusStatus(memberId, 0, 1, 0, 0, 0);
    }

    /** Another leader, in a new term; if it is this member, its term begins with an entry. 0 for none. */
    void lead(long leader) {
        synchronized (this) {
            status = new ConsensusStatus(
                    memberId,
                    leader,
                    status.term() + 1,
                    status.lastIndex(),
                    status.commitIndex(),
                    status.appliedIndex());
        }
        state.leaderChanged(status);
        if (leader == memberId) {
            append(EntryType.NORMAL, Bytes.EMPTY);
        }
    }

    /** From here on nothing is applied. */
    synchronized void hold() {
        applies = false;
    }

    private synchronized void append(EntryType type, Bytes data) {
        if (status.leaderId() == 0 || !applies) {
            return;
        }
        long index = status.lastIndex() + 1;
        refused.addAll(state.apply(List.of(new Entry(status.term(), index, type, data))));
        status = new ConsensusStatus(memberId, status.leaderId(), status.term(), index, index, index);
    }

    @Override
    public void propose(Bytes command, DropListener listener) {
        append(EntryType.NORMAL, command);
    }

    @Override
    public void readIndex(ReadIndexListener listener) {
        if (status.leaderId() != 0) {
            listener.confirmed(status.appliedIndex());
        }
    }

    @Override
    public void changeMembership(ConfChange change, DropListener listener) {
        append(EntryType.CONF_CHANGE, change.encode());
    }

    @Override
    public void transferLeadership(long target) {
        transfers.add(target);
        onTransfer.accept(target);
    }

    @Override
    public CompletionStage<List<MemberProgress>> progress() {
        return CompletableFuture.completedFuture(status.isLeader() ? progress : List.of());
    }

    @Override
    public ConsensusStatus status() {
        return status;
    }

    @Override
    public void close() {}
}
