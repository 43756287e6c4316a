/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.StateMachine;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The apply thread: one committed batch after the other. The next batch is handed over only when the last one is done,
 * so it is as large as what has come meanwhile.
 *
 * <p>A short batch may be applied by the log thread itself when that has nothing else to do ({@link #runIfShort}): a
 * lone write then crosses one thread less. Whoever takes the batch out of its place applies it, so never two at a time.
 */
final class ApplyStage extends Stage {
    private static final int SHORT_ENTRIES = 4;
    private static final int SHORT_BYTES = 16 << 10;

    private final StateMachine stateMachine;
    private final LongConsumer onApplied;
    private final Consumer<Throwable> onFailure;
    private final AtomicReference<@Nullable List<Entry>> next = new AtomicReference<>();
    private volatile boolean failed;

    ApplyStage(StateMachine stateMachine, LongConsumer onApplied, Consumer<Throwable> onFailure) {
        super("quorate-raft-apply");
        this.stateMachine = stateMachine;
        this.onApplied = onApplied;
        this.onFailure = onFailure;
    }

    /** Takes a batch; the one before is done. The caller wakes this thread or applies the batch itself. */
    void offer(List<Entry> batch) {
        if (!next.compareAndSet(null, batch)) {
            throw new IllegalStateException("a batch is handed over while another one waits");
        }
    }

    /** Applies the batch that waits, if it is short, on the caller's thread; otherwise wakes this thread for it. */
    void runIfShort() {
        List<Entry> batch = next.get();
        while (batch != null && isShort(batch)) {
            work();
            batch = next.get();
        }
        if (batch != null) {
            wake();
        }
    }

    /** Wakes this thread if a batch waits. */
    void wakeIfWaiting() {
        if (next.get() != null) {
            wake();
        }
    }

    private static boolean isShort(List<Entry> batch) {
        if (batch.size() > SHORT_ENTRIES) {
            return false;
        }
        int bytes = 0;
        for (Entry entry : batch) {
            bytes += entry.data().length();
        }
        return bytes <= SHORT_BYTES;
    }

    @Override
    void work() {
        List<Entry> batch = next.getAndSet(null);
        if (batch == null || failed) {
            return;
        }
        try {
            stateMachine.apply(batch);
        } catch (RuntimeException | Error e) {
            failed = true;
            onFailure.accept(e);
            return;
        }
        onApplied.accept(batch.get(batch.size() - 1).index());
    }
}
