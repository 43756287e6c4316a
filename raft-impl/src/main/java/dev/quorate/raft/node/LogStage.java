/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.RaftLog;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log thread: one durable write for everything that has come since the last one, without waiting for more.
 *
 * <p>A new commit index alone is not worth a write: it goes along with the next one. After a failed write nothing is
 * written again.
 */
final class LogStage {
    /** What is durable now, in place of the log up to the snapshot if there is one, and what may be said therefore. */
    record Durable(@Nullable Snapshot snapshot, List<Entry> entries, List<Message> responses) {}

    /** Hears what comes of it, on the log thread. */
    interface Listener {
        void durable(Durable what);

        /** Takes what may be sent to other members now. */
        void send(List<Message> messages);

        void failed(Throwable cause);

        /** Hears that all is done that there was to do. */
        void worked();
    }

    private final RaftLog log;
    private final long memberId;
    private final Listener listener;
    private final Workers.Worker worker;
    private List<Entry> entries = List.of();
    private List<Message> responses = List.of();
    private HardState state;
    private boolean mustSync;
    private boolean awaited; // somebody waits for what is here
    private @Nullable SnapshotMark mark;
    private @Nullable Snapshot received;
    private boolean failed;
    private long installedIndex; // a snapshot of this member's own that was asked for before is void

    /**
     * Makes the stage.
     *
     * @param log the log
     * @param config whose log it is
     * @param workers makes the thread
     * @param listener hears what comes of it, on the log thread
     */
    LogStage(RaftLog log, RaftConfig config, HardState state, Workers workers, Listener listener) {
        this.log = log;
        this.memberId = config.memberId();
        this.state = state;
        this.listener = listener;
        worker = workers.make("quorate-raft-log", this::work);
    }

    void start() {
        worker.start();
    }

    void stop() {
        worker.stop();
    }

    boolean isCurrent() {
        return worker.isCurrent();
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
            if (work.snapshot() == null) {
                entries = joined(entries, work.entries());
            } else {
                received = work.snapshot(); // what was to be written before is no part of the log any more
                entries = work.entries();
            }
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
            worker.wake();
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

    void snapshot(SnapshotMark noted) {
        synchronized (this) {
            mark = noted;
        }
        worker.wake();
    }

    synchronized boolean isIdle() {
        return !awaited;
    }

    private void work() {
        List<Entry> batch;
        List<Message> answers;
        HardState with;
        boolean sync;
        SnapshotMark noted;
        Snapshot installed;
        synchronized (this) {
            batch = entries;
            answers = responses;
            with = state;
            sync = mustSync;
            noted = mark;
            installed = received;
            entries = List.of();
            responses = List.of();
            mustSync = false;
            awaited = false;
            mark = null;
            received = null;
        }
        if (failed) {
            return;
        }
        try {
            write(installed, sync ? batch : null, with, noted);
        } catch (RuntimeException | Error e) {
            failed = true;
            listener.failed(e);
            return;
        }
        answer(installed, batch, answers);
        listener.worked();
    }

    private void write(
            @Nullable Snapshot installed, @Nullable List<Entry> batch, HardState with, @Nullable SnapshotMark noted) {
        if (installed != null) {
            log.install(installed);
            installedIndex = installed.index();
        }
        if (batch != null) {
            log.append(batch, with);
        }
        if (noted != null && noted.index() > installedIndex) {
            log.snapshot(noted);
            log.release(noted.index());
        }
    }

    /** What is for others leaves from here, without a turn through the mailbox. */
    private void answer(@Nullable Snapshot installed, List<Entry> batch, List<Message> answers) {
        List<Message> own = answers;
        List<Message> others = List.of();
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i).to() != memberId) {
                own = answers.stream()
                        .filter(message -> message.to() == memberId)
                        .toList();
                others = answers.stream()
                        .filter(message -> message.to() != memberId)
                        .toList();
                break;
            }
        }
        if (!others.isEmpty()) {
            listener.send(Superseded.leaveOut(others));
        }
        if (!own.isEmpty() || !batch.isEmpty() || installed != null) {
            listener.durable(new Durable(installed, batch, own));
        }
    }
}
