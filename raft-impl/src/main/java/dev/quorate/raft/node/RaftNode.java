/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.core.RaftCore;
import dev.quorate.raft.core.RaftSettings;
import dev.quorate.raft.core.Ready;
import dev.quorate.raft.core.Role;
import dev.quorate.raft.core.StepResult;
import dev.quorate.raft.core.TraceListener;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.ConfChangeV2;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Consensus;
import dev.quorate.raft.spi.ConsensusStatus;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.MemberProgress;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.RaftLog;
import dev.quorate.raft.spi.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apiguardian.api.API;

/**
 * The threads around the core.
 *
 * <pre>
 * proposers ──► mailbox ──► log thread ──► mailbox ──► apply thread ──► mailbox
 *               (core)      (durable)      (commit)    (state machine)
 * </pre>
 *
 * <p>The mailbox has no thread: whoever makes it non-empty runs the core until it is empty again, which takes
 * microseconds since the core never blocks. So the core is stepped by one thread at a time. Log and apply work at the
 * same time on different entries. All proposals that wait together are one proposal to the core, so that what is done
 * per message is done once per batch.
 *
 * <p>What must hold: an entry is applied only after it is durable; a read is confirmed only after an entry of this term
 * is committed; the log is cut only below what the state machine has made durable; a failed write ends the node and is
 * never tried again.
 *
 * <p>At present a group has one member here, which elects itself at the start; messages to others have nowhere to go.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class RaftNode implements Consensus {
    private static final int APPLY_ENTRIES_MAX = 4096;
    private static final long APPLY_BYTES_MAX = 4 << 20;

    private record Proposal(Bytes command, DropListener listener) {}

    private record SnapshotDue(long index) {}

    /** Something to do with the core, or what to do instead once nothing is done any more. */
    private record Request(Runnable work, Runnable refused) {}

    /** The state machine has applied what was handed to it. */
    private static final Object APPLIED = new Object();

    private final RaftConfig config;
    private final LogTail tail;
    private final RaftCore core;
    private final RaftLog log;
    private final Consumer<Throwable> onFailure;
    private final LogStage logStage;
    private final ApplyStage applyStage;
    private final SnapshotKeeper snapshots;
    private final Queue<Object> mailbox = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    // Confined to whoever runs the mailbox.
    private final long appliedAtStart; // storage holds the effect of entries up to here already
    private List<Entry> applying = List.of(); // handed to the apply stage
    private List<Entry> toApply = List.of(); // what comes next
    private final List<Proposal> proposals = new ArrayList<>();
    private final List<Bytes> commands = new ArrayList<>(); // those of the proposals
    private final List<ReadIndexListener> reads = new ArrayList<>();
    private long pendingBytes;
    private boolean broken; // the core has found an invariant broken

    // What others see; written by whoever runs the mailbox.
    private volatile long term;
    private volatile long leaderId;
    private volatile long lastIndex;
    private volatile long commitIndex;
    private volatile long appliedIndex;
    private volatile boolean readable;
    private volatile boolean stopped;

    private RaftNode(RaftConfig config, RaftLog log, StateMachine stateMachine, Consumer<Throwable> onFailure) {
        this.config = config;
        this.log = log;
        this.onFailure = onFailure;
        appliedAtStart = stateMachine.appliedIndex();
        if (appliedAtStart > config.lastIndex()
                || appliedAtStart < config.snapshot().index()) {
            throw new IllegalArgumentException("storage holds the effect of entry " + appliedAtStart
                    + ", but the log reaches from " + config.snapshot().index() + " to " + config.lastIndex());
        }
        tail = new LogTail(config.snapshot(), config.entries(), startState(config, appliedAtStart));
        core = new RaftCore(settings(config), tail, config.snapshot().index(), bound -> 0, TraceListener.NONE);
        snapshots = new SnapshotKeeper(
                stateMachine,
                config.snapshotCount(),
                config.snapshot().index(),
                index -> post(new SnapshotDue(index)),
                this::fail);
        applyStage = new ApplyStage(stateMachine, index -> post(APPLIED), this::fail);
        logStage = new LogStage(log, tail.hardState(), this::post, this::fail, this::afterLogWork);
    }

    /** What is applied was committed, even if the hard state in the log does not say so yet. */
    private static HardState startState(RaftConfig config, long applied) {
        HardState state = config.state();
        long commit = Math.max(Math.min(state.commit(), config.lastIndex()), applied);
        return new HardState(state.term(), state.vote(), commit);
    }

    private static RaftSettings settings(RaftConfig config) {
        return RaftSettings.of(config.memberId())
                .applyBytesMax(APPLY_BYTES_MAX)
                .asyncStorage(true)
                .build();
    }

    /**
     * Starts a node: it stands for election at once, and wins as soon as its own vote is durable.
     *
     * @param config what the log holds
     * @param log the log, open; the node closes it
     * @param stateMachine what to apply entries to
     * @param onFailure hears, once, that log or state machine have failed; the member has to end
     * @return the node
     * @throws IllegalArgumentException if the state machine is ahead of the log, or behind its beginning
     */
    public static RaftNode start(
            RaftConfig config, RaftLog log, StateMachine stateMachine, Consumer<Throwable> onFailure) {
        RaftNode node = new RaftNode(config, log, stateMachine, onFailure);
        node.logStage.start();
        node.applyStage.start();
        node.waiting.incrementAndGet();
        node.runMailbox();
        return node;
    }

    @Override
    public void propose(Bytes command, DropListener listener) {
        if (stopped) {
            listener.dropped(DropReason.STOPPED);
            return;
        }
        post(new Proposal(command, listener));
    }

    @Override
    public void readIndex(ReadIndexListener listener) {
        if (readable) {
            listener.confirmed(appliedIndex);
        } else if (stopped) {
            listener.failed(DropReason.STOPPED);
        } else {
            post(listener);
        }
    }

    @Override
    public void changeMembership(ConfChange change, DropListener listener) {
        inMailbox(
                () -> {
                    if (core.proposeConfChange(change) != StepResult.OK) {
                        listener.dropped(DropReason.NO_LEADER);
                    }
                },
                () -> listener.dropped(DropReason.STOPPED));
    }

    @Override
    public void transferLeadership(long memberId) {
        inMailbox(() -> core.transferLeader(memberId), () -> {});
    }

    @Override
    public CompletionStage<List<MemberProgress>> progress() {
        CompletableFuture<List<MemberProgress>> answer = new CompletableFuture<>();
        inMailbox(() -> answer.complete(core.progress()), () -> answer.complete(List.of()));
        return answer;
    }

    private void inMailbox(Runnable work, Runnable refused) {
        post(new Request(work, refused));
    }

    @Override
    public ConsensusStatus status() {
        long applied = appliedIndex; // read first: it is never above the commit index that is read later
        return new ConsensusStatus(config.memberId(), leaderId, term, lastIndex, commitIndex, applied);
    }

    private void post(Object message) {
        mailbox.add(message);
        if (waiting.getAndIncrement() == 0) {
            runMailbox();
        }
    }

    /** Runs the core until no message is left. Entered by one thread at a time, with {@link #waiting} above 0. */
    private void runMailbox() {
        int taken = waiting.get();
        while (true) {
            try {
                runCore();
            } catch (RuntimeException | Error e) {
                broken = true;
                fail(e);
            }
            taken = waiting.addAndGet(-taken);
            if (taken == 0) {
                return;
            }
        }
    }

    private void runCore() {
        for (Object message = mailbox.poll(); message != null; message = mailbox.poll()) {
            if (broken) {
                refuse(message);
            } else {
                step(message);
            }
        }
        if (broken) {
            dropProposals(DropReason.STOPPED);
        } else {
            proposeAll();
            handOut();
            show();
        }
    }

    /** After an invariant was found broken nothing is done any more. */
    private static void refuse(Object message) {
        if (message instanceof Proposal proposal) {
            proposal.listener().dropped(DropReason.STOPPED);
        } else if (message instanceof ReadIndexListener read) {
            read.failed(DropReason.STOPPED);
        } else if (message instanceof Request request) {
            request.refused().run();
        }
    }

    private void step(Object message) {
        if (message instanceof Proposal proposal) {
            take(proposal);
        } else if (message instanceof LogStage.Durable durable) {
            tail.append(durable.entries());
            deliver(durable.responses());
        } else if (message == APPLIED) {
            List<Entry> applied = applying;
            applying = List.of();
            noteApplied(applied);
            snapshots.applied(core.appliedIndex());
        } else if (message instanceof SnapshotDue due) {
            takeSnapshot(due.index());
        } else if (message instanceof ReadIndexListener read) {
            reads.add(read);
        } else if (message instanceof Request request) {
            (stopped ? request.refused() : request.work()).run();
        } else {
            throw new IllegalStateException("a message of the mailbox is not known: " + message);
        }
    }

    private void take(Proposal proposal) {
        if (stopped) {
            proposal.listener().dropped(DropReason.STOPPED);
        } else if (pendingBytes > config.pendingBytesMax()) {
            proposal.listener().dropped(DropReason.OVERLOADED);
        } else {
            pendingBytes += proposal.command().length();
            proposals.add(proposal);
            commands.add(proposal.command());
        }
    }

    /** Proposes all that has come together. Without a leader it waits for one, as it does in etcd. */
    private void proposeAll() {
        if (proposals.isEmpty() || core.leaderId() == Message.NOBODY) {
            return;
        }
        if (core.propose(commands) == StepResult.OK) {
            proposals.clear();
            commands.clear();
        } else {
            dropProposals(DropReason.NO_LEADER);
        }
    }

    private void dropProposals(DropReason reason) {
        for (Proposal proposal : proposals) {
            pendingBytes -= proposal.command().length();
            proposal.listener().dropped(reason);
        }
        proposals.clear();
        commands.clear();
    }

    private void deliver(List<Message> messages) {
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).to() == config.memberId()) {
                core.step(messages.get(i));
            }
        }
    }

    private void handOut() {
        campaignIfAlone();
        while (core.hasReady()) {
            Ready ready = core.ready();
            for (Message message : ready.messages()) {
                if (message.to() == Message.LOG_STORAGE) {
                    logStage.append(message, ready.mustSync());
                } else if (message.to() == Message.STATE_MACHINE) {
                    addToApply(message.entries());
                }
            }
            campaignIfAlone();
        }
        offerToApply();
    }

    /** A group of one needs nobody's vote, so it does not wait for an election timeout. */
    private void campaignIfAlone() {
        if (core.role() == Role.FOLLOWER && core.isAlone()) {
            core.campaign();
        }
    }

    /** Takes committed entries; of those whose effect storage holds already, only the configuration is taken up. */
    private void addToApply(List<Entry> committed) {
        long first = committed.get(0).index();
        int known = (int) Math.max(0, Math.min(committed.size(), appliedAtStart + 1 - first));
        if (known > 0) {
            noteApplied(committed.subList(0, known));
        }
        List<Entry> more = committed.subList(known, committed.size());
        if (toApply.isEmpty()) {
            toApply = more;
        } else if (!more.isEmpty()) {
            List<Entry> all = new ArrayList<>(toApply.size() + more.size());
            all.addAll(toApply);
            all.addAll(more);
            toApply = all;
        }
    }

    private void offerToApply() {
        if (toApply.isEmpty() || !applying.isEmpty()) {
            return;
        }
        int count = Math.min(toApply.size(), APPLY_ENTRIES_MAX);
        applying = toApply.subList(0, count);
        toApply = count == toApply.size() ? List.of() : toApply.subList(count, toApply.size());
        applyStage.offer(applying);
        if (!logStage.isCurrent()) {
            applyStage.wake();
        }
    }

    private void noteApplied(List<Entry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            pendingBytes -= Math.min(pendingBytes, entry.data().length());
            if (entry.type() != EntryType.NORMAL) {
                ConfState confState = core.applyConfChange(change(entry));
                tail.noteConfState(entry.index(), confState);
            }
        }
        core.step(Message.of(MessageType.STORAGE_APPLY_RESPONSE)
                .to(config.memberId())
                .from(Message.STATE_MACHINE)
                .entries(entries)
                .build());
        tail.release(core.appliedIndex());
    }

    private static ConfChangeV2 change(Entry entry) {
        return entry.type() == EntryType.CONF_CHANGE
                ? ConfChange.decode(entry.data()).toV2()
                : ConfChangeV2.decode(entry.data());
    }

    /** On the log thread, when it has nothing else to do: a short batch is applied right here. */
    private void afterLogWork() {
        if (logStage.isIdle()) {
            applyStage.runIfShort();
        } else {
            applyStage.wakeIfWaiting();
        }
    }

    private void show() {
        term = core.term();
        leaderId = core.leaderId();
        lastIndex = core.lastIndex();
        commitIndex = core.commitIndex();
        appliedIndex = core.appliedIndex();
        readable = core.isReadableAlone() && !stopped;
        if (readable && !reads.isEmpty()) {
            // In a group of one nothing is answered before it is applied, so a read need not wait for more.
            reads.forEach(read -> read.confirmed(core.appliedIndex()));
            reads.clear();
        }
    }

    private void takeSnapshot(long durable) {
        long index = Math.min(durable, core.appliedIndex());
        if (!stopped && snapshots.isDue(index)) {
            logStage.snapshot(tail.snapshotAt(index));
        }
    }

    private void fail(Throwable cause) {
        if (!stopped) {
            stopped = true;
            readable = false;
            onFailure.accept(cause);
        }
    }

    @Override
    public void close() {
        stopped = true;
        readable = false;
        snapshots.stop();
        logStage.stop();
        applyStage.stop();
        dropProposals(DropReason.STOPPED);
        reads.forEach(read -> read.failed(DropReason.STOPPED));
        reads.clear();
        log.close();
    }
}
