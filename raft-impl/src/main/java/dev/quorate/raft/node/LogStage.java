/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.RaftLog;
import dev.quorate.raft.spi.SnapshotMark;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The log thread: one durable write for everything that has come since the last one, without waiting for more.
 *
 * <p>After a failed write nothing is written again.
 */
final class LogStage extends Stage {
    private final RaftLog log;
    private final LongConsumer onDurable;
    private final Consumer<Throwable> onFailure;
    private final Runnable afterWork;
    private List<Entry> entries = new ArrayList<>();
    private @Nullable HardState state;
    private @Nullable SnapshotMark snapshot;
    private boolean failed;

    LogStage(RaftLog log, LongConsumer onDurable, Consumer<Throwable> onFailure, Runnable afterWork) {
        super("quorate-raft-log");
        this.log = log;
        this.onDurable = onDurable;
        this.onFailure = onFailure;
        this.afterWork = afterWork;
    }

    void append(List<Entry> more, HardState with) {
        synchronized (this) {
            entries.addAll(more);
            state = with;
        }
        wake();
    }

    void snapshot(SnapshotMark mark) {
        synchronized (this) {
            snapshot = mark;
        }
        wake();
    }

    synchronized boolean isIdle() {
        return entries.isEmpty();
    }

    @Override
    void work() {
        List<Entry> batch;
        HardState with;
        SnapshotMark mark;
        synchronized (this) {
            batch = entries;
            with = state;
            mark = snapshot;
            entries = new ArrayList<>();
            state = null;
            snapshot = null;
        }
        if (failed) {
            return;
        }
        try {
            if (with != null) {
                log.append(batch, with);
            }
            if (mark != null) {
                log.snapshot(mark);
                log.release(mark.index());
            }
        } catch (RuntimeException e) {
            failed = true;
            onFailure.accept(e);
            return;
        }
        if (!batch.isEmpty()) {
            onDurable.accept(batch.get(batch.size() - 1).index());
        }
        afterWork.run();
    }
}
