/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.Message;

/**
 * How a leader takes the answers of the members, its own among them.
 *
 * <p>Source: Raft paper, section 5.3; Ongaro thesis, section 10.2; etcd-io/raft v3.7.0, {@code raft.go}.
 */
final class LeaderResponses {
    private final NodeState state;
    private final Replicator replicator;
    private final Appender appender;
    private final ReadRequests reads;

    LeaderResponses(NodeState state, Replicator replicator, Appender appender, ReadRequests reads) {
        this.state = state;
        this.replicator = replicator;
        this.appender = appender;
        this.reads = reads;
    }

    void handleAppendResponse(Message response, Progress progress) {
        progress.recentActive(true);
        if (response.reject()) {
            handleRejection(response, progress);
        } else if (progress.maybeUpdate(response.index())
                || (progress.match() == response.index() && progress.state() == ProgressState.PROBE)) {
            handleAcknowledgement(response, progress);
        }
    }

    /**
     * Probes further back. For example
     *
     * <pre>
     *   index     1 2 3 4 5 6 7 8 9
     *   leader    1 3 3 3 5 5 5 5 5
     *   follower  1 1 1 1 2 2
     * </pre>
     *
     * <p>The follower refuses to append behind (9, term 5) and hints at (6, term 2). As terms only rise in a log, no
     * entry of it has a term above 2 up to there, so the leader's 2 to 6 cannot be equal: the next probe is at 1. So
     * each probe skips a term of the leader's, and each hint one of the follower's.
     */
    private void handleRejection(Message response, Progress progress) {
        long hint = response.rejectHint();
        if (response.logTerm() > 0) {
            hint = state.log().findConflict(response.logTerm(), hint);
        }
        if (progress.maybeDecreaseTo(response.index(), hint)) {
            if (progress.state() == ProgressState.REPLICATE) {
                progress.becomeProbe();
            }
            replicator.sendAppend(response.from(), progress);
        }
    }

    private void handleAcknowledgement(Message response, Progress progress) {
        long from = response.from();
        switch (progress.state()) {
            case PROBE -> progress.becomeReplicate();
            case REPLICATE -> progress.inflights().freeUpTo(response.index());
            case SNAPSHOT -> {
                // Whatever snapshot it has installed, what matters is that the log reaches it again.
                if (progress.match() + 1 >= state.log().firstIndex()) {
                    progress.becomeProbe();
                    progress.becomeReplicate();
                }
            }
        }
        boolean self = from == state.id();
        if (appender.maybeCommit()) {
            reads.takeEarly();
            replicator.broadcastAppend();
        } else if (!self && progress.canBumpCommit(state.log().committed())) {
            replicator.sendAppend(from, progress);
        }
        if (self) {
            return;
        }
        boolean sent = true;
        while (sent) {
            sent = replicator.maybeSendAppend(from, progress, false);
        }
        if (from == state.leadTransferee() && progress.match() == state.log().lastIndex()) {
            replicator.sendTimeoutNow(from);
        }
    }

    /** A member that is alive is sent something if it lacks entries, or if its probe was lost. */
    void handleHeartbeatResponse(Message response, Progress progress) {
        progress.recentActive(true);
        progress.resume();
        if (progress.match() < state.log().lastIndex() || progress.state() == ProgressState.PROBE) {
            replicator.sendAppend(response.from(), progress);
        }
        reads.acknowledge(response);
    }

    void handleSnapshotStatus(Message status, Progress progress) {
        if (progress.state() != ProgressState.SNAPSHOT) {
            return;
        }
        if (status.reject()) {
            progress.dropPendingSnapshot();
        }
        progress.becomeProbe();
        // It arrived: the member will say so. It was lost: wait for a heartbeat before the next try.
        progress.pause();
    }

    /** What was sent without waiting for answers is probably lost. */
    void handleUnreachable(Progress progress) {
        if (progress.state() == ProgressState.REPLICATE) {
            progress.becomeProbe();
        }
    }
}
