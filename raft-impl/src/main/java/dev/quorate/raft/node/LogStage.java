/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.RaftLog;
import dev.quorate.raft.spi.SnapshotMark;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The log thread: one durable write for everything that has come since the last one, without waiting for more.
 *
 * <p>A new commit index alone is not worth a write: it goes along with the next one. After a failed write nothing is
 * written again.
 */
final class LogStage extends Stage {
    /** What is durable now, and what may be delivered therefore. */
    record Durable(List<Entry> entries, List<Message> responses) {}

    private final RaftLog log;
    private final Consumer<Durable> onDurable;
    private final Consumer<Throwable> onFailure;
    private final Runnable afterWork;
    private List<Entry> entries = List.of();
    private List<Message> responses = List.of();
    private HardState state;
    private boolean mustSync;
    private boolean awaited; // somebody waits for what is here
    private @Nullable SnapshotMark snapshot;
    private boolean failed;

    LogStage(
            RaftLog log,
            HardState state,
            Consumer<Durable> onDurable,
            Consumer<Throwable> onFailure,
            Runnable afterWork) {
        super("quorate-raft-log");
        this.log = log;
        this.state = state;
        this.onDurable = onDurable;
        this.onFailure = onFailure;
        this.afterWork = afterWork;
    }

    /**
     * Takes a message to the log.
     *
     * @param work entries, hard state and responses
     * @param sync whether it must be durable before it is answered; if not, only what came before must
     */
    void append(Message work, boolean sync) {
        boolean urgent = sync || isAwaited(work.responses());
        synchronized (this) {
            entries = joined(entries, work.entries());
            if (responses.isEmpty()) {
                responses = work.responses();
            } else if (!work.responses().isEmpty()) {
                List<Message> more = new ArrayList<>(responses);
                more.addAll(work.responses());
                responses = more;
            }
            if (work.term() != 0) {
                state = new HardState(work.term(), work.vote(), work.commit());
            }
            mustSync |= sync;
            awaited |= urgent;
        }
        if (urgent) {
            wake();
        }
    }

    /** What only repeats how far the log is durable can wait: those entries are acknowledged with their own write. */
    private static boolean isAwaited(List<Message> answers) {
        for (Message answer : answers) {
            if (answer.type() != MessageType.STORAGE_APPEND_RESPONSE || answer.snapshot() != null) {
                return true;
            }
        }
        return false;
    }

    /** Puts entries behind others, in place of those from the first of them on. */
    private static List<Entry> joined(List<Entry> before, List<Entry> more) {
        if (before.isEmpty() || more.isEmpty()) {
            return before.isEmpty() ? more : before;
        }
        long kept = more.get(0).index() - before.get(0).index();
        List<Entry> all = new ArrayList<>((int) Math.max(0, kept) + more.size());
        if (kept > 0) {
            all.addAll(before.subList(0, (int) kept));
        }
        all.addAll(more);
        return all;
    }

    void snapshot(SnapshotMark mark) {
        synchronized (this) {
            snapshot = mark;
        }
        wake();
    }

    synchronized boolean isIdle() {
        return !awaited;
    }

    @Override
    void work() {
        List<Entry> batch;
        List<Message> answers;
        HardState with;
        boolean sync;
        SnapshotMark mark;
        synchronized (this) {
            batch = entries;
            answers = responses;
            with = state;
            sync = mustSync;
            mark = snapshot;
            entries = List.of();
            responses = List.of();
            mustSync = false;
            awaited = false;
            snapshot = null;
        }
        if (failed) {
            return;
        }
        try {
            if (sync) {
                log.append(batch, with);
            }
            if (mark != null) {
                log.snapshot(mark);
                log.release(mark.index());
            }
        } catch (RuntimeException | Error e) {
            failed = true;
            onFailure.accept(e);
            return;
        }
        if (!answers.isEmpty()) {
            onDurable.accept(new Durable(batch, answers));
        }
        afterWork.run();
    }
}
