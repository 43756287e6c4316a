/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.StateMachine;
import dev.quorate.raft.spi.StateSnapshot;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The apply thread: one piece of work after the other. The next piece is handed over only when the last one is done, so
 * a batch is as large as what has come meanwhile.
 *
 * <p>A short batch may be applied by the log thread itself when that has nothing else to do ({@link #runIfShort}): a
 * lone write then crosses one thread less. Whoever takes the work out of its place does it, so never two at a time.
 */
final class ApplyStage {
    private static final int SHORT_ENTRIES = 4;
    private static final int SHORT_BYTES = 16 << 10;

    /** A piece of work on the state machine. */
    interface Work {
        /** Does it, and returns what the mailbox is to hear. */
        Object run(StateMachine machine);

        /** Tells whether it may run on the log thread. */
        boolean isShort();
    }

    /** Applies entries. */
    record Batch(List<Entry> entries) implements Work {
        @Override
        public Object run(StateMachine machine) {
            return new Applied(entries, machine.apply(entries));
        }

        @Override
        public boolean isShort() {
            if (entries.size() > SHORT_ENTRIES) {
                return false;
            }
            int bytes = 0;
            for (int i = 0; i < entries.size(); i++) {
                bytes += entries.get(i).data().length();
            }
            return bytes <= SHORT_BYTES;
        }
    }

    /** Entries are applied; changes of the configuration at some indexes were refused. */
    record Applied(List<Entry> entries, List<Long> refused) {}

    /** Fixes the state for a message to a member that is far behind. */
    record Capture(Message message) implements Work {
        @Override
        public Object run(StateMachine machine) {
            try {
                return new Captured(message, machine.takeSnapshot(), null);
            } catch (RuntimeException e) {
                return new Captured(message, null, e);
            }
        }

        @Override
        public boolean isShort() {
            return false;
        }
    }

    /** The state is fixed, or could not be. */
    record Captured(
            Message message,
            @Nullable StateSnapshot state,
            @Nullable RuntimeException failure) {}

    /** Puts a state that was received in place of this one. */
    record Install(Snapshot snapshot) implements Work {
        @Override
        public Object run(StateMachine machine) {
            machine.installSnapshot(snapshot);
            return new Installed(snapshot);
        }

        @Override
        public boolean isShort() {
            return false;
        }
    }

    /** The state is in place. */
    record Installed(Snapshot snapshot) {}

    private final StateMachine stateMachine;
    private final Consumer<Object> onDone;
    private final Consumer<Throwable> onFailure;
    private final Workers.Worker worker;
    private final AtomicReference<@Nullable Work> next = new AtomicReference<>();
    private volatile boolean failed;

    ApplyStage(StateMachine stateMachine, Workers workers, Consumer<Object> onDone, Consumer<Throwable> onFailure) {
        this.stateMachine = stateMachine;
        this.onDone = onDone;
        this.onFailure = onFailure;
        worker = workers.make("quorate-raft-apply", this::work);
    }

    void start() {
        worker.start();
    }

    void wake() {
        worker.wake();
    }

    void stop() {
        worker.stop();
    }

    /** Takes a piece of work; the one before is done. The caller wakes this thread or does the work itself. */
    void offer(Work work) {
        if (!next.compareAndSet(null, work)) {
            throw new IllegalStateException("work is handed over while other work waits");
        }
    }

    /** Does the work that waits, if it is short, on the caller's thread; otherwise wakes this thread for it. */
    void runIfShort() {
        Work waiting = next.get();
        while (waiting != null && waiting.isShort()) {
            work();
            waiting = next.get();
        }
        if (waiting != null) {
            wake();
        }
    }

    /** Wakes this thread if work waits. */
    void wakeIfWaiting() {
        if (next.get() != null) {
            wake();
        }
    }

    private void work() {
        Work work = next.getAndSet(null);
        if (work == null || failed) {
            return;
        }
        Object done;
        try {
            done = work.run(stateMachine);
        } catch (RuntimeException | Error e) {
            failed = true;
            onFailure.accept(e);
            return;
        }
        onDone.accept(done);
    }
}
