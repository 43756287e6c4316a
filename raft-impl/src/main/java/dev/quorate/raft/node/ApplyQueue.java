/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.Snapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the state machine has to do next: first to fix its state for those who are far behind, then entries, and a
 * received state only when no entry before it is left. Confined to whoever runs the mailbox.
 */
final class ApplyQueue {
    private static final int BATCH_ENTRIES_MAX = 4096;

    private final ApplyStage stage;
    private final LogStage logStage;
    private final Deque<ApplyStage.Capture> captures = new ArrayDeque<>();
    private List<Entry> entries = List.of();
    private @Nullable Snapshot received;
    private boolean busy;

    ApplyQueue(ApplyStage stage, LogStage logStage) {
        this.stage = stage;
        this.logStage = logStage;
    }

    void add(List<Entry> more) {
        if (entries.isEmpty()) {
            entries = more;
        } else if (!more.isEmpty()) {
            List<Entry> all = new ArrayList<>(entries.size() + more.size());
            all.addAll(entries);
            all.addAll(more);
            entries = all;
        }
    }

    void capture(Message message) {
        captures.add(new ApplyStage.Capture(message));
    }

    /** Takes a received state. The core hands out no entry behind it before it is in place. */
    void install(Snapshot snapshot) {
        received = snapshot;
    }

    boolean isInstalling() {
        return received != null;
    }

    /** Notes that the last piece of work is done. */
    void done() {
        busy = false;
    }

    /** Notes that a received state is in place. A newer one may have come meanwhile. */
    void installed(Snapshot snapshot) {
        if (snapshot.equals(received)) {
            received = null;
        }
    }

    /** Hands over the next piece of work, if there is one and the last one is done. */
    void offer() {
        if (busy) {
            return;
        }
        ApplyStage.Work work = next();
        if (work == null) {
            return;
        }
        busy = true;
        stage.offer(work);
        if (!logStage.isCurrent()) {
            stage.wake();
        }
    }

    private ApplyStage.@Nullable Work next() {
        if (!captures.isEmpty()) {
            return captures.remove();
        }
        if (!entries.isEmpty()) {
            int count = Math.min(entries.size(), BATCH_ENTRIES_MAX);
            List<Entry> batch = entries.subList(0, count);
            entries = count == entries.size() ? List.of() : entries.subList(count, entries.size());
            return new ApplyStage.Batch(batch);
        }
        return received == null ? null : new ApplyStage.Install(received);
    }
}
