/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.platform.Clock;
import dev.quorate.api.platform.Metrics;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.ConsensusStatus;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.StateMachine;
import dev.quorate.raft.spi.StateSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Measures how long storage takes to make durable what was applied. */
final class CommitTimer implements StateMachine {
    private static final double NANOS_OF_SECOND = 1e9;

    private final StateMachine state;
    private final Clock clock;
    private final Metrics.Histogram seconds;

    CommitTimer(StateMachine state, Clock clock, Metrics metrics) {
        this.state = state;
        this.clock = clock;
        this.seconds = metrics.histogram(
                "etcd_disk_backend_commit_duration_seconds",
                "The latency distributions of commit called by backend.",
                Metrics.exponentialBuckets(0.001, 2, 14));
    }

    @Override
    public List<Long> apply(List<Entry> entries) {
        return state.apply(entries);
    }

    @Override
    public ConfState confState() {
        return state.confState();
    }

    @Override
    public StateSnapshot takeSnapshot() {
        return state.takeSnapshot();
    }

    @Override
    public void receiveSnapshot(Snapshot snapshot, InputStream content) throws IOException {
        state.receiveSnapshot(snapshot, content);
    }

    @Override
    public void installSnapshot(Snapshot snapshot) {
        state.installSnapshot(snapshot);
    }

    @Override
    public void leaderChanged(ConsensusStatus status) {
        state.leaderChanged(status);
    }

    @Override
    public void removed() {
        state.removed();
    }

    @Override
    public long appliedIndex() {
        return state.appliedIndex();
    }

    @Override
    public long durableIndex() {
        return state.durableIndex();
    }

    @Override
    public void flush() {
        long start = clock.monotonicNanos();
        state.flush();
        seconds.observe((clock.monotonicNanos() - start) / NANOS_OF_SECOND);
    }
}
