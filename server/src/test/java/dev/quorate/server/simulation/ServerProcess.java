/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import dev.quorate.api.inbound.Services;
import dev.quorate.api.platform.Metrics;
import dev.quorate.raft.node.NodePorts;
import dev.quorate.raft.node.RaftConfig;
import dev.quorate.raft.node.RaftNode;
import dev.quorate.raft.simulation.Crash;
import dev.quorate.raft.simulation.SimulatedDisk;
import dev.quorate.raft.simulation.SimulatedLog;
import dev.quorate.raft.simulation.SimulatedProcess;
import dev.quorate.raft.simulation.SimulatedWorker;
import dev.quorate.raft.spi.ConsensusStatus;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.PeerTransport;
import dev.quorate.raft.spi.PeerTransportProvider.Peers;
import dev.quorate.raft.spi.Ticker;
import dev.quorate.server.app.Environment;
import dev.quorate.server.app.Member;
import dev.quorate.server.app.MemberRemovedException;
import dev.quorate.server.app.ReceivedSnapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process of a whole member, put together as boot does it, without a thread of its own. */
final class ServerProcess extends SimulatedProcess {
    private static final int PENDING_BYTES_MAX = 1 << 20;
    private static final RowFiles FORMAT = new RowFiles();

    private final ServerMember host;
    private final ServerWorld world;
    private final SimulatedTimer timer;
    private final SimulatedTimer ticks;
    private final List<Runnable> pool = new ArrayList<>();
    private final SimulatedCalls calls;
    private final Set<Long> refused = new TreeSet<>();
    private @Nullable SimulatedEngine engine;
    private @Nullable StoredRows stored;
    private @Nullable Member member;
    private @Nullable RaftNode node;
    private long revisionRead;
    private boolean removed;
    private boolean replacing;
    private int pooled; // tasks that run now

    ServerProcess(ServerMember host, ServerWorld world) {
        super(host.id());
        this.host = host;
        this.world = world;
        timer = new SimulatedTimer(host.clock());
        ticks = new SimulatedTimer(host.clock());
        calls = new SimulatedCalls(this, world.network());
    }

    void start(ServerSettings settings) {
        SimulatedDisk disk = host.disk();
        ReceivedSnapshots received = ReceivedSnapshots.in(host.folder(), FORMAT);
        SimulatedEngine store = new SimulatedEngine(this, host.storage());
        StoredRows rows = new StoredRows(this, store, world.revisions());
        store.whenWritten(rows::after);
        engine = store;
        stored = rows;
        replacing = true;
        received.recover(store, disk.mark());
        replacing = false;
        PeerTransport transport = new Way(world.network().transport(this));
        Member restored = Member.restore(
                store,
                received,
                settings.of(memberId()),
                new Environment(host.clock(), Metrics.NONE, timer, pool::add, FORMAT, this::failed),
                new Peers(transport, calls));
        member = restored;
        RaftConfig config = new RaftConfig(
                memberId(),
                disk.state(),
                disk.mark(),
                disk.entries(),
                settings.snapshotCount(),
                settings.catchUpEntries(),
                PENDING_BYTES_MAX,
                settings.times());
        NodePorts ports = new NodePorts(
                new SimulatedLog(this, disk, world, world.rules()),
                new ServerMachine(this, restored.stateMachine()),
                transport,
                this::tick,
                world::dice,
                this::worker,
                this::failed);
        try {
            RaftNode started = RaftNode.start(config, ports);
            node = started;
            restored.join(started);
            restored.publish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ticks by the clock of the member: after a pause all that were missed come at once, as they do from boot. */
    private Ticker.Handle tick(Duration interval, Runnable task) {
        long begun = host.clock().monotonicNanos();
        long[] ticked = new long[1];
        ticks.scheduleAtFixedRate(
                () -> {
                    long due = (host.clock().monotonicNanos() - begun) / interval.toNanos();
                    while (ticked[0] < due) {
                        ticked[0]++;
                        task.run();
                    }
                },
                interval.toNanos(),
                interval.toNanos(),
                TimeUnit.NANOSECONDS);
        return ticks::shutdown;
    }

    private void failed(Throwable cause) {
        if (isDead()) {
            return;
        }
        if (cause instanceof MemberRemovedException) {
            removed = true;
            return;
        }
        throw world.rules().violated("no member fails by itself", this, cause, List.of(cause.getStackTrace()));
    }

    /** The network as this process uses it. */
    private final class Way implements PeerTransport {
        private final PeerTransport network;

        Way(PeerTransport network) {
            this.network = network;
        }

        @Override
        public void start(Receiver receiver) throws IOException {
            network.start(receiver);
        }

        @Override
        public void addPeer(long memberId, List<String> urls) {
            refused.remove(memberId);
        }

        @Override
        public void removePeer(long memberId) {
            refused.add(memberId);
        }

        @Override
        public void send(List<Message> messages) {
            network.send(messages);
        }

        @Override
        public void sendSnapshot(Message message, SnapshotState state) {
            network.sendSnapshot(message, state);
        }

        @Override
        public long connectedNanos(long memberId) {
            return network.connectedNanos(memberId) < 0 ? -1 : TimeUnit.HOURS.toNanos(1);
        }

        @Override
        public void close() {
            network.close();
        }
    }

    ServerMember host() {
        return host;
    }

    ServerWorld world() {
        return world;
    }

    SimulatedTimer timer() {
        return timer;
    }

    SimulatedCalls calls() {
        return calls;
    }

    Services services() {
        return Objects.requireNonNull(member).services();
    }

    ConsensusStatus status() {
        return Objects.requireNonNull(node).status();
    }

    StoredRows stored() {
        return Objects.requireNonNull(stored);
    }

    /** Returns the highest revision that anybody has read here. */
    long revisionRead() {
        return revisionRead;
    }

    void read(long revision) {
        revisionRead = Math.max(revisionRead, revision);
    }

    /** Tells whether the state of another member is being put in place. */
    boolean isReplacing() {
        return replacing;
    }

    void replacing(boolean now) {
        replacing = now;
    }

    /** Tells whether this member has heard that it was removed. */
    boolean isRemoved() {
        return removed;
    }

    /** Tells whether it serves. */
    boolean isUp() {
        return node != null && !isDead() && !host.isPaused();
    }

    private boolean isWriting() {
        return engine != null && engine.isWriting();
    }

    /** Returns how many threads have something to do. */
    int ready() {
        if (!isUp()) {
            return 0;
        }
        int count = pool.size();
        for (SimulatedWorker worker : workers()) {
            count += worker.isReady() ? 1 : 0;
        }
        count += ticks.isReady() ? 1 : 0;
        return count + (isTimerReady() ? 1 : 0);
    }

    /** The timer would wait for the lock of a thread that applies. */
    private boolean isTimerReady() {
        return timer.isReady() && !isWriting();
    }

    /** Lets one of these threads do something. */
    void run(int which) {
        try {
            runThread(which);
        } catch (Crash e) {
            if (!isDead()) {
                throw e;
            }
        }
    }

    private void runThread(int which) {
        int at = which;
        if (at < pool.size()) {
            Runnable task = pool.remove(at);
            pooled++;
            try {
                task.run();
            } finally {
                pooled--;
            }
            return;
        }
        at -= pool.size();
        for (SimulatedWorker worker : workers()) {
            if (worker.isReady() && at-- == 0) {
                worker.run();
                return;
            }
        }
        if (ticks.isReady() && at-- == 0) {
            ticks.runOne();
        } else if (isTimerReady()) {
            timer.runOne();
        }
    }

    /** Lets the dispatcher tell watchers what there is to tell; it would wait for a store that is being replaced. */
    boolean dispatch() {
        return isUp() && !replacing && Objects.requireNonNull(member).tellWatchers();
    }

    /** Begins to hand leadership over. */
    void handOver() {
        Objects.requireNonNull(member).handOver();
    }

    void close() {
        if (member != null && node != null) {
            member.stop();
            node.close();
        }
    }

    @Override
    public void die() {
        super.die();
        pool.clear();
        timer.shutdown();
        ticks.shutdown();
    }

    @Override
    public boolean isBusy() {
        return super.isBusy() || isWriting() || timer.isRunning() || ticks.isRunning() || pooled > 0 || node == null;
    }

    /** Tells whether other things may happen while it waits: not where locks are held that others want. */
    boolean mayWait() {
        return !timer.isRunning() && node != null;
    }

    @Override
    public void block() {
        world.block(this);
    }

    @Override
    public void crash() {
        world.crashed(this);
    }

    @Override
    public boolean failsNow() {
        return false;
    }

    @Override
    public boolean refuses(long sender) {
        return refused.contains(sender);
    }

    @Override
    public void touched() {}

    @Override
    public String toString() {
        return "member " + Long.toHexString(memberId());
    }
}
