/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.ConfChangeV2;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * What a leader does with proposals: appends them and sends them out; or drops them, while it hands over leadership or
 * is no member any more.
 *
 * <p>One change of the configuration at a time: another one is proposed only after it is applied, and only the end of a
 * joint configuration while there is one. One that comes too early becomes an entry without effect.
 *
 * <p>Source: Ongaro thesis, section 4.1; etcd-io/raft v3.7.0, {@code raft.go}.
 */
final class Proposals {
    private final NodeState state;
    private final Appender appender;
    private final Replicator replicator;

    Proposals(NodeState state, Appender appender, Replicator replicator) {
        this.state = state;
        this.appender = appender;
        this.replicator = replicator;
    }

    /** Takes the entries of a message. */
    StepResult take(Message message) {
        if (message.entries().isEmpty()) {
            throw new IllegalArgumentException("a proposal without an entry");
        }
        if (!isTaking()) {
            return StepResult.PROPOSAL_DROPPED;
        }
        List<Entry> numbered = new ArrayList<>(message.entries().size());
        for (Entry proposal : message.entries()) {
            long index = state.log().lastIndex() + 1 + numbered.size();
            boolean effective = proposal.type() == EntryType.NORMAL || takeConfChange(change(proposal), index);
            numbered.add(
                    effective
                            ? new Entry(state.term(), index, proposal.type(), proposal.data())
                            : new Entry(state.term(), index, EntryType.NORMAL, Bytes.EMPTY));
        }
        return append(numbered);
    }

    /** Takes commands; the same as a message with an entry for each. */
    StepResult takeCommands(List<Bytes> commands) {
        if (!isTaking()) {
            return StepResult.PROPOSAL_DROPPED;
        }
        long first = state.log().lastIndex() + 1;
        List<Entry> numbered = new ArrayList<>(commands.size());
        for (int i = 0; i < commands.size(); i++) {
            numbered.add(new Entry(state.term(), first + i, EntryType.NORMAL, commands.get(i)));
        }
        return append(numbered);
    }

    private boolean isTaking() {
        return state.tracker().progress().contains(state.id()) && state.leadTransferee() == Message.NOBODY;
    }

    private StepResult append(List<Entry> numbered) {
        if (!appender.append(numbered)) {
            return StepResult.PROPOSAL_DROPPED;
        }
        replicator.broadcastAppend();
        return StepResult.OK;
    }

    private boolean takeConfChange(ConfChangeV2 change, long index) {
        boolean pending = state.pendingConfIndex() > state.log().applied();
        boolean joint = state.tracker().configuration().voters().isJoint();
        boolean leaves = change.changes().isEmpty();
        boolean allowed = !pending && joint == leaves;
        if (!allowed && state.settings().validateConfChanges()) {
            state.trace().event(TraceListener.Kind.REFUSE_CONF_CHANGE);
            return false;
        }
        state.pendingConfIndex(index);
        return true;
    }

    private static ConfChangeV2 change(Entry entry) {
        return entry.type() == EntryType.CONF_CHANGE
                ? ConfChange.decode(entry.data()).toV2()
                : ConfChangeV2.decode(entry.data());
    }
}
