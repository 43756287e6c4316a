/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.core.RaftCore;
import dev.quorate.raft.core.Ready;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Consensus;
import dev.quorate.raft.spi.ConsensusStatus;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.RaftLog;
import dev.quorate.raft.spi.SnapshotMark;
import dev.quorate.raft.spi.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apiguardian.api.API;

/**
 * The threads around the core of a group of one.
 *
 * <pre>
 * proposers ──► mailbox ──► log thread ──► mailbox ──► apply thread ──► mailbox
 *               (core)      (durable)      (commit)    (state machine)
 * </pre>
 *
 * <p>The mailbox has no thread: whoever makes it non-empty runs the core until it is empty again, which takes
 * microseconds since the core never blocks. So the core is stepped by one thread at a time. Log and apply work at the
 * same time on different entries.
 *
 * <p>What must hold: an entry is applied only after it is durable; a read is confirmed only after an entry of this term
 * is committed; the log is cut only below what the state machine has made durable; a failed write ends the node and is
 * never tried again.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class RaftNode implements Consensus {
    private static final int APPLY_ENTRIES_MAX = 4096;
    private static final long APPLY_BYTES_MAX = 4 << 20;

    /** If storage lags so many snapshot intervals behind, it is asked to catch up. */
    private static final int LAG_SNAPSHOTS_MAX = 5;

    private record Proposal(Bytes command, DropListener listener) {}

    private record Durable(long index) {}

    private record Applied(long index) {}

    private record SnapshotDue(long index) {}

    private final RaftConfig config;
    private final RaftCore core;
    private final RaftLog log;
    private final StateMachine stateMachine;
    private final Consumer<Throwable> onFailure;
    private final LogStage logStage;
    private final ApplyStage applyStage;
    private final Queue<Object> mailbox = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ExecutorService snapshots = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "quorate-raft-snapshot");
        thread.setDaemon(true);
        return thread;
    });

    // Confined to whoever runs the mailbox.
    private boolean applying;
    private long pendingBytes;
    private long snapshotIndex;
    private boolean snapshotting;
    private final List<ReadIndexListener> reads = new ArrayList<>();

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
        this.stateMachine = stateMachine;
        this.onFailure = onFailure;
        long applied = stateMachine.appliedIndex();
        if (applied > config.lastIndex() || applied < config.snapshot().index()) {
            throw new IllegalArgumentException("storage holds the effect of entry " + applied
                    + ", but the log reaches from " + config.snapshot().index() + " to " + config.lastIndex());
        }
        List<Entry> behind = config.entries().stream()
                .filter(entry -> entry.index() > applied)
                .toList();
        core = new RaftCore(config.memberId(), config.state(), behind, config.lastIndex(), applied);
        snapshotIndex = config.snapshot().index();
        applyStage = new ApplyStage(stateMachine, index -> post(new Applied(index)), this::fail);
        logStage = new LogStage(log, index -> post(new Durable(index)), this::fail, this::afterLogWork);
    }

    /**
     * Starts a node: it stands for election at once, and wins.
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
        node.core.campaign();
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
            for (Object message = mailbox.poll(); message != null; message = mailbox.poll()) {
                step(message);
            }
            handOut();
            show();
            taken = waiting.addAndGet(-taken);
            if (taken == 0) {
                return;
            }
        }
    }

    private void step(Object message) {
        if (message instanceof Proposal proposal) {
            propose(proposal);
        } else if (message instanceof Durable durable) {
            core.appended(durable.index());
        } else if (message instanceof Applied applied) {
            core.applied(applied.index());
            applying = false;
            noteSnapshot();
        } else if (message instanceof SnapshotDue due) {
            takeSnapshot(due.index());
        } else if (message instanceof ReadIndexListener read) {
            reads.add(read);
        } else {
            throw new IllegalStateException("a message of the mailbox is not known: " + message);
        }
    }

    private void propose(Proposal proposal) {
        if (stopped) {
            proposal.listener().dropped(DropReason.STOPPED);
        } else if (pendingBytes > config.pendingBytesMax()) {
            proposal.listener().dropped(DropReason.OVERLOADED);
        } else if (!core.propose(EntryType.NORMAL, proposal.command())) {
            proposal.listener().dropped(DropReason.NO_LEADER);
        } else {
            pendingBytes += proposal.command().length();
        }
    }

    private void handOut() {
        boolean mayApply = !applying;
        Ready ready = core.ready(mayApply ? APPLY_ENTRIES_MAX : 0, APPLY_BYTES_MAX);
        if (!ready.append().isEmpty()) {
            logStage.append(ready.append(), core.hardState());
        }
        if (!ready.apply().isEmpty()) {
            applying = true;
            for (Entry entry : ready.apply()) {
                pendingBytes -= Math.min(pendingBytes, entry.data().length());
            }
            applyStage.offer(ready.apply());
            if (!logStage.isCurrent()) {
                applyStage.wake();
            }
        }
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
        leaderId = core.isLeader() ? config.memberId() : 0;
        lastIndex = core.lastIndex();
        commitIndex = core.commitIndex();
        appliedIndex = core.appliedIndex();
        if (core.readIndex() >= 0 && !stopped) {
            readable = true;
            for (ReadIndexListener read : reads) {
                read.confirmed(core.readIndex());
            }
            reads.clear();
        }
    }

    private void noteSnapshot() {
        if (snapshotting || core.appliedIndex() - snapshotIndex < config.snapshotCount() || stopped) {
            return;
        }
        snapshotting = true;
        long lagMax = config.snapshotCount() * LAG_SNAPSHOTS_MAX;
        boolean lags = core.appliedIndex() - stateMachine.durableIndex() > lagMax;
        snapshots.execute(() -> {
            try {
                if (lags) {
                    stateMachine.flush();
                }
                post(new SnapshotDue(stateMachine.durableIndex()));
            } catch (RuntimeException e) {
                fail(e);
            }
        });
    }

    private void takeSnapshot(long durable) {
        snapshotting = false;
        long index = Math.min(durable, core.appliedIndex());
        if (index - snapshotIndex < config.snapshotCount() / 2) {
            return;
        }
        core.termOf(index).ifPresent(itsTerm -> {
            snapshotIndex = index;
            logStage.snapshot(new SnapshotMark(index, itsTerm, ConfState.of(List.of(config.memberId()), List.of())));
        });
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
        snapshots.shutdown();
        logStage.stop();
        applyStage.stop();
        for (ReadIndexListener read : List.copyOf(reads)) {
            read.failed(DropReason.STOPPED);
        }
        log.close();
    }
}
