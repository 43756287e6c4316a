/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.core.RaftCore;
import dev.quorate.raft.core.Role;
import dev.quorate.raft.core.StepResult;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.Consensus.DropListener;
import dev.quorate.raft.spi.Consensus.DropReason;
import dev.quorate.raft.spi.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * Proposals that the core has not taken yet: all that wait together are one proposal to the core, so that what is done
 * per message is done once per batch. Without a leader, or while leadership is handed over, they wait for a while.
 *
 * <p>Confined to whoever runs the mailbox.
 */
final class ProposalQueue {
    /** A command on its way. */
    record Command(Bytes data, DropListener listener) {}

    /** A change of the configuration on its way. */
    record Change(ConfChange change, DropListener listener) {}

    private final RaftCore core;
    private final long pendingBytesMax;
    private final int waitTicksMax;
    private final List<Command> commands = new ArrayList<>();
    private final List<Bytes> datas = new ArrayList<>(); // those of the commands
    private final List<Change> changes = new ArrayList<>();
    private long pendingBytes; // taken here and not applied yet
    private int ticks; // how long the oldest has waited
    private int quietTicks; // since something was applied

    ProposalQueue(RaftCore core, long pendingBytesMax, int waitTicksMax) {
        this.core = core;
        this.pendingBytesMax = pendingBytesMax;
        this.waitTicksMax = waitTicksMax;
    }

    void add(Command command) {
        if (pendingBytes > pendingBytesMax) {
            command.listener().dropped(DropReason.OVERLOADED);
        } else {
            pendingBytes += command.data().length();
            commands.add(command);
            datas.add(command.data());
        }
    }

    void add(Change change) {
        changes.add(change);
    }

    /** Gives the core all that waits. What it does not take now goes on waiting. */
    void proposeAll() {
        if (core.leaderId() == Message.NOBODY) {
            return;
        }
        if (!commands.isEmpty() && core.propose(datas) == StepResult.OK) {
            commands.clear();
            datas.clear();
        }
        if (!changes.isEmpty()) {
            changes.removeIf(change -> core.proposeConfChange(change.change()) == StepResult.OK);
        }
        if (commands.isEmpty() && changes.isEmpty()) {
            ticks = 0;
        }
    }

    void tick() {
        forgetLost();
        if (commands.isEmpty() && changes.isEmpty()) {
            return;
        }
        ticks++;
        if (ticks >= waitTicksMax) {
            dropAll(DropReason.NO_LEADER);
        }
    }

    /**
     * Forgets what was sent on to the leader and was lost on the way: it would count for ever. What nothing has come of
     * for so long is nobody's concern any more.
     */
    private void forgetLost() {
        quietTicks++;
        if (quietTicks >= waitTicksMax && core.role() != Role.LEADER) {
            quietTicks = 0;
            leaderChanged();
        }
    }

    void dropAll(DropReason reason) {
        for (Command command : commands) {
            pendingBytes -= command.data().length();
            command.listener().dropped(reason);
        }
        changes.forEach(change -> change.listener().dropped(reason));
        commands.clear();
        datas.clear();
        changes.clear();
        ticks = 0;
    }

    /** Notes that an entry is applied, whoever has proposed it. */
    void applied(int bytes) {
        quietTicks = 0;
        pendingBytes = Math.max(0, pendingBytes - bytes);
    }

    /** Forgets what was sent to a leader that is none any more: nobody knows what has become of it. */
    void leaderChanged() {
        pendingBytes = 0;
        for (Bytes data : datas) {
            pendingBytes += data.length();
        }
    }
}
