/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.core.RaftCore;
import dev.quorate.raft.core.RaftSettings;
import dev.quorate.raft.core.TraceListener;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Consensus;
import dev.quorate.raft.spi.ConsensusStatus;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.MemberProgress;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.PeerTransport;
import dev.quorate.raft.spi.RaftLog;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.StateMachine;
import dev.quorate.raft.spi.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The threads around the core.
 *
 * <pre>
 * proposers ──► mailbox ──► log thread ──► mailbox ──► apply thread ──► mailbox
 *   others ──►  (core)      (durable)      (commit)    (state machine)
 *   ticks  ──►    │             │
 *                 └──► others ◄─┘ what may leave only once it is durable
 * </pre>
 *
 * <p>The mailbox has no thread: whoever makes it non-empty runs the core until it is empty again, which takes
 * microseconds since the core never blocks. So the core is stepped by one thread at a time. Log and apply work at the
 * same time on different entries.
 *
 * <p>What must hold: votes and acknowledgements leave only after they are durable; an entry is applied only after it is
 * committed, and durable here; a read is confirmed only after an entry of this term is committed; the log is cut only
 * below what the state machine has made durable; a failed write ends the node and is never tried again.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class RaftNode implements Consensus {
    private static final long APPLY_BYTES_MAX = 4 << 20;
    private static final long MESSAGE_BYTES_MAX = 1 << 20;
    private static final int INFLIGHT_MESSAGES_MAX = 512;

    /** Time has passed. */
    private static final Object TICK = new Object();

    private record SnapshotDue(long index) {}

    /** Something to do with the core, or what to do instead once nothing is done any more. */
    private record Request(Runnable work, Runnable refused) {}

    private final RaftConfig config;
    private final RaftCore core;
    private final RaftLog log;
    private final StateMachine stateMachine;
    private final PeerTransport transport;
    private final Consumer<Throwable> onFailure;
    private final LogStage logStage;
    private final ApplyStage applyStage;
    private final SnapshotKeeper snapshots;
    private final Mailbox mailbox = new Mailbox(this::runCore);

    // Confined to whoever runs the mailbox.
    private final Driver driver;
    private final ProposalQueue proposals;
    private final PendingReads reads;
    private final EarlyElection earlyElection;
    private final LostLeader lostLeader;
    private final SlowFollowers slowFollowers;
    private long readableFrom = Long.MAX_VALUE; // reads need nobody else once this is applied
    private boolean broken; // the core has found an invariant broken

    private Ticker.@Nullable Handle ticks;

    // What others see; written by whoever runs the mailbox.
    private volatile long term;
    private volatile long leaderId;
    private volatile long lastIndex;
    private volatile long commitIndex;
    private volatile long appliedIndex;
    private volatile boolean readable;
    private volatile boolean stopped;

    private RaftNode(RaftConfig config, NodePorts ports) {
        this.config = config;
        log = ports.log();
        stateMachine = ports.stateMachine();
        transport = ports.transport();
        onFailure = ports.onFailure();
        long applied = stateMachine.appliedIndex();
        if (applied > config.lastIndex() || applied < config.snapshot().index()) {
            throw new IllegalArgumentException("storage holds the effect of entry " + applied
                    + ", but the log reaches from " + config.snapshot().index() + " to " + config.lastIndex());
        }
        ConfState confState =
                applied == config.snapshot().index() ? config.snapshot().confState() : stateMachine.confState();
        LogTail tail =
                new LogTail(config.snapshot(), config.entries(), startState(config, applied), applied, confState);
        core = new RaftCore(settings(config), tail, applied, ports.random(), TraceListener.NONE);
        snapshots = new SnapshotKeeper(
                stateMachine,
                config.snapshotCount(),
                config.snapshot().index(),
                ports.workers(),
                index -> mailbox.post(new SnapshotDue(index)),
                this::fail);
        applyStage = new ApplyStage(stateMachine, ports.workers(), mailbox::post, this::fail);
        logStage = new LogStage(log, config, tail.hardState(), ports.workers(), new LogListener());
        proposals =
                new ProposalQueue(core, config.pendingBytesMax(), config.times().requestTicks());
        reads = new PendingReads(core, config.memberId(), config.times().requestTicks(), ports.random());
        earlyElection = new EarlyElection(core, config, transport);
        lostLeader = new LostLeader(core, config, ports.random());
        slowFollowers = new SlowFollowers(core, config);
        ApplyQueue applyQueue = new ApplyQueue(applyStage, logStage);
        driver = new Driver(
                config,
                new NodeParts(core, tail, logStage, applyQueue, snapshots, slowFollowers, proposals, reads),
                transport);
    }

    /** What is applied was committed, even if the hard state in the log does not say so yet. */
    private static HardState startState(RaftConfig config, long applied) {
        HardState state = config.state();
        long commit = Math.max(Math.min(state.commit(), config.lastIndex()), applied);
        return new HardState(state.term(), state.vote(), commit);
    }

    /** A leader that was removed leads on until its process ends: the last voter may not know yet that it is alone. */
    private static RaftSettings settings(RaftConfig config) {
        return RaftSettings.of(config.memberId())
                .electionTicks(config.times().electionTicks())
                .heartbeatTicks(1)
                .messageBytesMax(MESSAGE_BYTES_MAX)
                .applyBytesMax(APPLY_BYTES_MAX)
                .inflightMessagesMax(INFLIGHT_MESSAGES_MAX)
                .checkQuorum(true)
                .preVote(config.times().preVote())
                .asyncStorage(true)
                .build();
    }

    /**
     * Starts a node. A group of one stands for election at once, and wins as soon as its own vote is durable.
     *
     * @param config what the log holds
     * @param ports what to work with; the members that the transport knows may be added before or after
     * @return the node
     * @throws IllegalArgumentException if the state machine is ahead of the log, or behind its beginning
     * @throws IOException if the transport cannot listen
     */
    public static RaftNode start(RaftConfig config, NodePorts ports) throws IOException {
        RaftNode node = new RaftNode(config, ports);
        node.logStage.start();
        node.applyStage.start();
        node.snapshots.start();
        node.mailbox.kick();
        try {
            node.transport.start(node.new FromOthers());
        } catch (IOException | RuntimeException e) {
            node.close();
            throw e;
        }
        node.ticks = ports.ticker().start(config.times().tick(), () -> node.mailbox.post(TICK));
        return node;
    }

    @Override
    public void propose(Bytes command, DropListener listener) {
        if (stopped) {
            listener.dropped(DropReason.STOPPED);
            return;
        }
        mailbox.post(new ProposalQueue.Command(command, listener));
    }

    @Override
    public void changeMembership(ConfChange change, DropListener listener) {
        request(
                () -> proposals.add(new ProposalQueue.Change(change, listener)),
                () -> listener.dropped(DropReason.STOPPED));
    }

    @Override
    public void transferLeadership(long memberId) {
        request(() -> core.transferLeader(memberId), () -> {});
    }

    @Override
    public CompletionStage<List<MemberProgress>> progress() {
        CompletableFuture<List<MemberProgress>> answer = new CompletableFuture<>();
        request(() -> answer.complete(core.progress()), () -> answer.complete(List.of()));
        return answer;
    }

    private void request(Runnable work, Runnable refused) {
        mailbox.post(new Request(work, refused));
    }

    @Override
    public void readIndex(ReadIndexListener listener) {
        if (readable) {
            listener.confirmed(appliedIndex);
        } else if (stopped) {
            listener.failed(DropReason.STOPPED);
        } else {
            mailbox.post(listener);
        }
    }

    @Override
    public ConsensusStatus status() {
        long applied = appliedIndex; // read first: it is never above the commit index that is read later
        return new ConsensusStatus(config.memberId(), leaderId, term, lastIndex, commitIndex, applied);
    }

    private void runCore(Queue<Object> messages) {
        try {
            for (Object message = messages.poll(); message != null; message = messages.poll()) {
                if (stopped) {
                    refuse(message);
                }
                if (!broken) {
                    step(message);
                }
            }
            if (!broken) {
                proposals.proposeAll();
                reads.ask();
                driver.handOut();
                show();
            }
        } catch (RuntimeException | Error e) {
            broken = true;
            fail(e);
        }
        if (stopped) {
            proposals.dropAll(DropReason.STOPPED);
            reads.failAll(DropReason.STOPPED);
        }
    }

    /** Nobody is let in any more once the node is stopped; what is under way goes on. */
    private static void refuse(Object message) {
        if (message instanceof ProposalQueue.Command command) {
            command.listener().dropped(DropReason.STOPPED);
        } else if (message instanceof ReadIndexListener read) {
            read.failed(DropReason.STOPPED);
        } else if (message instanceof Request request) {
            request.refused().run();
        }
    }

    private void step(Object message) {
        if (message instanceof ProposalQueue.Command command) {
            if (!stopped) {
                proposals.add(command);
            }
        } else if (message instanceof LogStage.Durable durable) {
            driver.durable(durable);
        } else if (message instanceof ApplyStage.Applied applied) {
            driver.applied(applied);
        } else if (message instanceof Message received) {
            core.step(received);
        } else if (message instanceof ReadIndexListener read) {
            if (!stopped) {
                reads.add(read);
            }
        } else if (message == TICK) {
            tick();
        } else {
            stepRarely(message);
        }
    }

    private void stepRarely(Object message) {
        if (message instanceof Request request) {
            if (!stopped) {
                request.work().run();
            }
        } else if (message instanceof SnapshotDue due) {
            if (!stopped) {
                driver.durableStorage(due.index());
            }
        } else if (message instanceof ApplyStage.Captured captured) {
            driver.captured(captured);
        } else if (message instanceof ApplyStage.Installed installed) {
            driver.installed(installed);
        } else {
            throw new IllegalStateException("a message of the mailbox is not known: " + message);
        }
    }

    private void tick() {
        core.tick();
        earlyElection.tick();
        lostLeader.tick();
        slowFollowers.tick();
        proposals.tick();
        reads.tick();
    }

    /**
     * Tells whether what is applied here may be read at once. In a group of one nothing is answered before it is
     * applied; but what was committed when it became one, or when this process began, may have been answered before.
     */
    private boolean isReadableAlone() {
        if (!core.leadsAlone()) {
            readableFrom = Long.MAX_VALUE;
        } else if (readableFrom == Long.MAX_VALUE) {
            readableFrom = core.commitIndex();
        }
        return core.appliedIndex() >= readableFrom;
    }

    private void show() {
        boolean news = term != core.term() || leaderId != core.leaderId();
        if (news && leaderId != core.leaderId()) {
            proposals.leaderChanged();
            reads.leaderChanged();
            driver.handOut();
        }
        term = core.term();
        leaderId = core.leaderId();
        lastIndex = core.lastIndex();
        commitIndex = core.commitIndex();
        appliedIndex = core.appliedIndex();
        readable = isReadableAlone() && !stopped;
        if (readable) {
            reads.confirmAll(core.appliedIndex());
        }
        if (news) {
            stateMachine.leaderChanged(status());
        }
    }

    /** Returns the core, for tests of this package. */
    RaftCore core() {
        return core;
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
        if (ticks != null) {
            ticks.close();
        }
        transport.close();
        mailbox.kick();
        snapshots.stop();
        logStage.stop();
        applyStage.stop();
        mailbox.kick();
        log.close();
    }

    private final class LogListener implements LogStage.Listener {
        @Override
        public void durable(LogStage.Durable what) {
            mailbox.post(what);
        }

        @Override
        public void send(List<Message> messages) {
            transport.send(messages);
        }

        @Override
        public void failed(Throwable cause) {
            fail(cause);
        }

        /** When the log has nothing else to do, a short batch is applied right here. */
        @Override
        public void worked() {
            if (logStage.isIdle()) {
                applyStage.runIfShort();
            } else {
                applyStage.wakeIfWaiting();
            }
        }
    }

    /** What comes from other members. */
    private final class FromOthers implements PeerTransport.Receiver {
        @Override
        public void receive(Message message) {
            mailbox.post(message);
        }

        @Override
        public void receive(List<Message> messages) {
            mailbox.postAll(messages);
        }

        @Override
        public void receiveSnapshot(Message message, InputStream state) throws IOException {
            Snapshot snapshot = message.snapshot();
            if (snapshot == null) {
                throw new IOException("the message of a snapshot says nothing about it");
            }
            stateMachine.receiveSnapshot(snapshot, state);
            mailbox.post(message);
        }

        @Override
        public void unreachable(long memberId) {
            request(() -> core.reportUnreachable(memberId), () -> {});
        }

        @Override
        public void refused(long memberId) {
            request(() -> lostLeader.refused(memberId), () -> {});
        }

        @Override
        public void snapshotSent(long memberId, boolean arrived) {
            request(() -> driver.snapshotSent(memberId, arrived), () -> {});
        }

        @Override
        public void removed() {
            stateMachine.removed();
        }
    }
}
