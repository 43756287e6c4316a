/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

/**
 * What the leader knows about the log of one member, and how it sends to it.
 *
 * <pre>
 *              acknowledged            entries are gone
 *   PROBE ───────────────────► REPLICATE
 *     ▲ ◄─────────────────────    │          │
 *     │   rejected, unreachable   ▼          ▼
 *     └────────────────────────── SNAPSHOT ◄─┘
 *        arrived, lost, or the log reaches it again
 * </pre>
 *
 * <p>Invariant: match is below next; all between them is in flight. In SNAPSHOT, next = pendingSnapshot + 1. Not
 * thread-safe.
 *
 * <p>Source: etcd-io/raft v3.7.0, {@code tracker/progress.go}.
 */
final class Progress {
    private final Inflights inflights;
    private ProgressState state = ProgressState.PROBE;
    private long match; // up to here the logs are known to be equal
    private long next; // first entry to send
    private long sentCommit; // highest commit index in flight; may regress when messages may have been lost
    private long pendingSnapshot; // in SNAPSHOT: the last entry of the snapshot that was sent
    private boolean recentActive; // heard of since the last check of the quorum
    private boolean paused; // wait for a heartbeat to be answered before sending more
    private boolean learner;

    Progress(long match, long next, Inflights inflights, boolean learner) {
        this.match = match;
        this.next = next;
        this.inflights = inflights;
        this.learner = learner;
    }

    /** Returns a copy that may be given another role; it shares the inflights, since only one of the two lives on. */
    Progress copy() {
        Progress copy = new Progress(match, next, inflights, learner);
        copy.state = state;
        copy.sentCommit = sentCommit;
        copy.pendingSnapshot = pendingSnapshot;
        copy.recentActive = recentActive;
        copy.paused = paused;
        return copy;
    }

    private void become(ProgressState target) {
        paused = false;
        pendingSnapshot = 0;
        state = target;
        inflights.reset();
    }

    /** Begins to probe, behind what is known to be equal, or behind the snapshot that was sent. */
    void becomeProbe() {
        long from = Math.max(match, state == ProgressState.SNAPSHOT ? pendingSnapshot : 0);
        become(ProgressState.PROBE);
        next = from + 1;
        sentCommit = Math.min(sentCommit, next - 1);
    }

    void becomeReplicate() {
        become(ProgressState.REPLICATE);
        next = match + 1;
    }

    void becomeSnapshot(long snapshotIndex) {
        become(ProgressState.SNAPSHOT);
        pendingSnapshot = snapshotIndex;
        next = snapshotIndex + 1;
        sentCommit = snapshotIndex;
    }

    /** Notes that an append was sent with some entries from {@link #next} on. */
    void sentEntries(int entries, long payloadBytes) {
        switch (state) {
            case REPLICATE -> {
                if (entries > 0) {
                    next += entries;
                    inflights.add(next - 1, payloadBytes);
                }
                // What fills the window is a probe too: no more until a heartbeat is answered.
                paused = inflights.isFull();
            }
            case PROBE -> {
                if (entries > 0) {
                    paused = true;
                }
            }
            case SNAPSHOT -> throw new IllegalStateException("an append is sent while a snapshot is on its way");
        }
    }

    /** Tells whether a commit index would bring the follower further than those sent before. */
    boolean canBumpCommit(long commit) {
        return commit > sentCommit && sentCommit < next - 1;
    }

    void sentCommit(long commit) {
        sentCommit = commit;
    }

    /** Takes an acknowledgement. Returns whether it is news. */
    boolean maybeUpdate(long acknowledged) {
        if (acknowledged <= match) {
            return false;
        }
        match = acknowledged;
        next = Math.max(next, acknowledged + 1);
        paused = false;
        return true;
    }

    /**
     * Takes the refusal of an append.
     *
     * @param rejected the entry behind which was to be appended
     * @param matchHint where the logs may be equal
     * @return whether it is news; refusals that were overtaken are none
     */
    boolean maybeDecreaseTo(long rejected, long matchHint) {
        if (state == ProgressState.REPLICATE) {
            if (rejected <= match) {
                return false;
            }
            next = match + 1;
        } else {
            if (next - 1 != rejected) { // probes go one by one, so this one answers none that is open
                return false;
            }
            next = Math.max(Math.min(rejected, matchHint + 1), match + 1);
            paused = false;
        }
        sentCommit = Math.min(sentCommit, next - 1);
        return true;
    }

    boolean isPaused() {
        return state == ProgressState.SNAPSHOT || paused;
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
    }

    /** Forgets the snapshot that was sent: it did not arrive. */
    void dropPendingSnapshot() {
        pendingSnapshot = 0;
    }

    void recentActive(boolean active) {
        recentActive = active;
    }

    boolean isRecentActive() {
        return recentActive;
    }

    void learner(boolean isLearner) {
        learner = isLearner;
    }

    boolean isLearner() {
        return learner;
    }

    ProgressState state() {
        return state;
    }

    long match() {
        return match;
    }

    long next() {
        return next;
    }

    long pendingSnapshot() {
        return pendingSnapshot;
    }

    Inflights inflights() {
        return inflights;
    }

    /** Prints the progress as etcd does. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder()
                .append(state)
                .append(" match=")
                .append(match)
                .append(" next=")
                .append(next)
                .append(learner ? " learner" : "")
                .append(isPaused() ? " paused" : "");
        if (pendingSnapshot > 0) {
            text.append(" pendingSnap=").append(pendingSnapshot);
        }
        text.append(recentActive ? "" : " inactive");
        if (inflights.count() > 0) {
            text.append(" inflight=").append(inflights.count()).append(inflights.isFull() ? "[full]" : "");
        }
        return text.toString();
    }
}
