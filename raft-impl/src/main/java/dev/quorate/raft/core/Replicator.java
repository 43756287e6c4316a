/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.Snapshot;
import java.util.List;

/**
 * Brings the log to the other members: appends while it reaches back far enough, else a snapshot; and heartbeats.
 *
 * <p>Source: Raft paper, sections 5.3 and 7; Ongaro thesis, section 10.2; etcd-io/raft v3.7.0, {@code raft.go}.
 */
final class Replicator {
    private final NodeState state;
    private final Outbox outbox;

    Replicator(NodeState state, Outbox outbox) {
        this.state = state;
        this.outbox = outbox;
    }

    /** Sends an append to a member unless it has to wait; an empty one too, which tells the commit index. */
    void sendAppend(long to, Progress progress) {
        maybeSendAppend(to, progress, true);
    }

    /** Sends an append, and says whether one was sent. An empty one is sent only if that is allowed. */
    boolean maybeSendAppend(long to, Progress progress, boolean evenIfEmpty) {
        if (progress.isPaused()) {
            return false;
        }
        LogView log = state.log();
        long prevIndex = progress.next() - 1;
        long prevTerm = log.term(prevIndex);
        if (prevTerm < 0) {
            return maybeSendSnapshot(to, progress);
        }
        List<Entry> entries = List.of();
        if (progress.state() != ProgressState.REPLICATE || !progress.inflights().isFull()) {
            List<Entry> found =
                    log.entriesFrom(progress.next(), state.settings().messageBytesMax());
            if (found == null) {
                return evenIfEmpty && maybeSendSnapshot(to, progress);
            }
            entries = found;
        }
        if (entries.isEmpty() && !evenIfEmpty) {
            return false;
        }
        outbox.send(outbox.message(MessageType.APPEND, to)
                .at(prevTerm, prevIndex)
                .entries(entries)
                .commit(log.committed()));
        progress.sentEntries(entries.size(), EntrySizes.payload(entries));
        progress.sentCommit(log.committed());
        return true;
    }

    private boolean maybeSendSnapshot(long to, Progress progress) {
        if (!progress.isRecentActive()) {
            return false;
        }
        Snapshot snapshot = state.log().snapshot();
        if (snapshot == null) {
            return false;
        }
        if (snapshot.isEmpty()) {
            throw new IllegalStateException("entry " + progress.next() + " was forgotten, but there is no snapshot");
        }
        progress.becomeSnapshot(snapshot.index());
        outbox.send(outbox.message(MessageType.SNAPSHOT, to).snapshot(snapshot));
        return true;
    }

    /** Sends an append to every other member. */
    void broadcastAppend() {
        state.tracker().progress().forEach((id, progress) -> {
            if (id != state.id()) {
                sendAppend(id, progress);
            }
        });
    }

    /** Sends a heartbeat to every other member, with which it confirms reads. */
    void broadcastHeartbeat() {
        Bytes context = state.reads().heartbeatContext();
        state.tracker().progress().forEach((id, progress) -> {
            if (id != state.id()) {
                sendHeartbeat(id, progress, context);
            }
        });
    }

    /** A follower whose log may differ must not commit beyond what is known to be equal. */
    private void sendHeartbeat(long to, Progress progress, Bytes context) {
        long commit = Math.min(progress.match(), state.log().committed());
        outbox.send(outbox.message(MessageType.HEARTBEAT, to).commit(commit).context(context));
        progress.sentCommit(commit);
    }

    void sendTimeoutNow(long to) {
        outbox.send(outbox.message(MessageType.TIMEOUT_NOW, to));
    }
}
