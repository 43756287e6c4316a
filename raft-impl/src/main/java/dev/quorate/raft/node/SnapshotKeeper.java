/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.spi.StateMachine;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Decides when the log notes another snapshot, so that it may be cut: each time that enough was applied, as far as
 * storage has made it durable. Storage that lags far behind is asked to catch up, on a thread of its own.
 *
 * <p>Confined to whoever runs the mailbox; what storage says comes back to it as a message.
 */
final class SnapshotKeeper {
    /** If storage lags so many snapshot intervals behind, it is asked to catch up. */
    private static final int LAG_SNAPSHOTS_MAX = 5;

    private final StateMachine stateMachine;
    private final long interval;
    private final LongConsumer onDue;
    private final Consumer<Throwable> onFailure;
    private final Workers.Worker worker;
    private long snapshotIndex;
    private boolean asking;
    private long askFrom;
    private volatile boolean lags;
    private volatile boolean requested;

    SnapshotKeeper(
            StateMachine stateMachine,
            long interval,
            long snapshotIndex,
            Workers workers,
            LongConsumer onDue,
            Consumer<Throwable> onFailure) {
        this.stateMachine = stateMachine;
        this.interval = interval;
        this.snapshotIndex = snapshotIndex;
        this.onDue = onDue;
        this.onFailure = onFailure;
        worker = workers.make("quorate-raft-snapshot", this::ask);
    }

    void start() {
        worker.start();
    }

    /** Notes how far entries are applied; asks storage how far it is durable if another snapshot may be due. */
    void applied(long index) {
        if (asking || index < askFrom || index - snapshotIndex < interval) {
            return;
        }
        asking = true;
        // Storage may lag: it is not asked again with every batch, since an answer costs a read and two threads.
        askFrom = index + interval / 10;
        lags = index - stateMachine.durableIndex() > interval * LAG_SNAPSHOTS_MAX;
        requested = true;
        worker.wake();
    }

    private void ask() {
        if (!requested) {
            return;
        }
        requested = false;
        try {
            if (lags) {
                stateMachine.flush();
            }
            onDue.accept(stateMachine.durableIndex());
        } catch (RuntimeException e) {
            onFailure.accept(e);
        }
    }

    /** Takes what storage says. Returns whether the log shall note a snapshot there. */
    boolean isDue(long durableIndex) {
        asking = false;
        if (durableIndex - snapshotIndex < interval / 2) {
            return false;
        }
        snapshotIndex = durableIndex;
        return true;
    }

    /** Takes a snapshot that has come from another member. */
    void installed(long index) {
        snapshotIndex = Math.max(snapshotIndex, index);
    }

    void stop() {
        worker.stop();
    }
}
