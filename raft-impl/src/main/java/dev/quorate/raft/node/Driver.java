/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.core.RaftCore;
import dev.quorate.raft.core.Ready;
import dev.quorate.raft.core.Role;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.ConfChangeV2;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.PeerTransport;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.StateSnapshot;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps the core and does what it says: the log and the state machine get their work, other members their messages.
 * Confined to whoever runs the mailbox.
 */
final class Driver {
    private static final Logger LOG = LoggerFactory.getLogger(Driver.class);

    /** So many bytes of applied entries are kept for others at most: who needs more gets a snapshot. */
    private static final long CATCH_UP_BYTES_MAX = 64 << 20;

    private final RaftConfig config;
    private final RaftCore core;
    private final LogTail tail;
    private final LogStage logStage;
    private final ApplyQueue applyQueue;
    private final SnapshotKeeper snapshots;
    private final SlowFollowers slowFollowers;
    private final PeerTransport transport;
    private final ProposalQueue proposals;
    private final PendingReads reads;
    private List<Message> heldBack = List.of(); // acknowledgements of the log while a snapshot is installed

    Driver(RaftConfig config, NodeParts parts, PeerTransport transport) {
        this.config = config;
        this.transport = transport;
        core = parts.core();
        tail = parts.tail();
        logStage = parts.logStage();
        applyQueue = parts.applyQueue();
        snapshots = parts.snapshots();
        slowFollowers = parts.slowFollowers();
        proposals = parts.proposals();
        reads = parts.reads();
    }

    /** Takes what the log has made durable. */
    void durable(LogStage.Durable durable) {
        Snapshot snapshot = durable.snapshot();
        if (snapshot != null) {
            tail.install(snapshot.mark());
            snapshots.installed(snapshot.index());
            applyQueue.install(snapshot);
        }
        tail.append(durable.entries());
        if (applyQueue.isInstalling()) {
            List<Message> held = new ArrayList<>(heldBack);
            held.addAll(durable.responses());
            heldBack = held;
        } else {
            deliver(durable.responses());
        }
    }

    private void deliver(List<Message> responses) {
        for (int i = 0; i < responses.size(); i++) {
            core.step(responses.get(i));
        }
    }

    /** Takes that entries are applied. */
    void applied(ApplyStage.Applied applied) {
        applyQueue.done();
        List<Entry> entries = applied.entries();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            proposals.applied(entry.data().length());
            if (entry.type() != EntryType.NORMAL
                    && !applied.refused().contains(entry.index())
                    && !core.hasPendingSnapshot()) {
                tail.noteConfState(entry.index(), core.applyConfChange(change(entry)));
            }
        }
        core.step(Message.of(MessageType.STORAGE_APPLY_RESPONSE)
                .to(config.memberId())
                .from(Message.STATE_MACHINE)
                .entries(entries)
                .build());
        long index = core.appliedIndex();
        letGo(index);
        snapshots.applied(index);
    }

    /** Entries that are applied are needed by others only. */
    private void letGo(long appliedIndex) {
        long usual = appliedIndex + 1 - (core.isAlone() ? 0 : config.catchUpEntries());
        long needed = slowFollowers.firstNeeded();
        if (needed < usual) {
            tail.applied(appliedIndex, needed, SlowFollowers.BYTES_MAX);
        } else {
            tail.applied(appliedIndex, usual, CATCH_UP_BYTES_MAX);
        }
    }

    private static ConfChangeV2 change(Entry entry) {
        return entry.type() == EntryType.CONF_CHANGE
                ? ConfChange.decode(entry.data()).toV2()
                : ConfChangeV2.decode(entry.data());
    }

    /** Takes the state for a member that is far behind. */
    void captured(ApplyStage.Captured captured) {
        applyQueue.done();
        Message message = captured.message();
        StateSnapshot state = captured.state();
        if (state == null) {
            LOG.atWarn()
                    .addKeyValue("to", Long.toHexString(message.to()))
                    .setCause(captured.failure())
                    .log("failed to make a snapshot for a follower");
            snapshotSent(message.to(), false);
            return;
        }
        LOG.atInfo()
                .addKeyValue("to", Long.toHexString(message.to()))
                .addKeyValue("snapshot-index", state.snapshot().index())
                .addKeyValue("applied-index", core.appliedIndex())
                .log("sending merged snapshot");
        transport.sendSnapshot(message.toBuilder().snapshot(state.snapshot()).build(), state.state());
    }

    /** Takes that a received state is in place. */
    void installed(ApplyStage.Installed installed) {
        applyQueue.done();
        applyQueue.installed(installed.snapshot());
        LOG.atInfo().addKeyValue("snapshot-index", installed.snapshot().index()).log("applied snapshot");
        if (!applyQueue.isInstalling()) {
            List<Message> held = heldBack;
            heldBack = List.of();
            deliver(held);
        }
    }

    /** Takes how the sending of a snapshot has ended. */
    void snapshotSent(long memberId, boolean arrived) {
        slowFollowers.sent(memberId, arrived);
        core.reportSnapshot(memberId, arrived);
    }

    /** Takes how far storage is durable. */
    void durableStorage(long durableIndex) {
        long index = Math.min(durableIndex, core.appliedIndex());
        if (!applyQueue.isInstalling() && snapshots.isDue(index)) {
            logStage.snapshot(tail.snapshotAt(index));
        }
    }

    /** Has everything done that there is to do. */
    void handOut() {
        campaignIfAlone();
        while (core.hasReady()) {
            Ready ready = core.ready();
            List<Message> messages = ready.messages();
            List<Message> others = List.of();
            List<Message> votesAsked = new ArrayList<>(0);
            for (int i = 0; i < messages.size(); i++) {
                Message message = messages.get(i);
                if (message.to() == Message.LOG_STORAGE) {
                    logStage.append(withQuestions(message, votesAsked), ready.mustSync());
                } else if (message.to() == Message.STATE_MACHINE) {
                    applyQueue.add(message.entries());
                } else if (message.type() == MessageType.SNAPSHOT) {
                    capture(message);
                } else if (message.type() == MessageType.VOTE) {
                    votesAsked.add(message);
                } else {
                    others = others.isEmpty() ? new ArrayList<>(messages.size()) : others;
                    others.add(message);
                }
            }
            if (!others.isEmpty()) {
                transport.send(Superseded.leaveOut(others));
            }
            if (!ready.readStates().isEmpty()) {
                reads.confirmed(ready.readStates());
            }
            campaignIfAlone();
        }
        applyQueue.offer();
    }

    private void capture(Message message) {
        Snapshot snapshot = message.snapshot();
        if (snapshot != null) {
            slowFollowers.sending(message.to(), snapshot.index());
        }
        applyQueue.capture(message);
    }

    /**
     * A candidate asks only once its term and its log are durable. Otherwise it could forget both in a crash, stand in
     * the same term again with a shorter log, and be elected by votes that were given to the longer one.
     *
     * @param append what is written for the new term; it comes behind the questions
     */
    private static Message withQuestions(Message append, List<Message> questions) {
        if (questions.isEmpty()) {
            return append;
        }
        List<Message> afterwards = new ArrayList<>(append.responses());
        afterwards.addAll(questions);
        return append.toBuilder().responses(afterwards).build();
    }

    /** A group of one needs nobody's vote, so it does not wait for an election timeout. */
    private void campaignIfAlone() {
        if (core.role() == Role.FOLLOWER && core.isAlone()) {
            core.campaign();
        }
    }
}
