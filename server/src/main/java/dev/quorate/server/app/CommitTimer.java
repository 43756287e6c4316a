/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.platform.Clock;
import dev.quorate.api.platform.Metrics;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.StateMachine;
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
    public void apply(List<Entry> entries) {
        state.apply(entries);
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
