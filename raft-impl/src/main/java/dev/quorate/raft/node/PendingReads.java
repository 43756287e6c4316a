/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.core.RaftCore;
import dev.quorate.raft.core.Ready;
import dev.quorate.raft.core.Role;
import dev.quorate.raft.spi.Consensus.DropReason;
import dev.quorate.raft.spi.Consensus.ReadIndexListener;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.Random;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads that wait for an index. All that wait together share one question to the leader; those that come while it is
 * open wait for the next one. A question without an answer is asked again: under another leader at once, else after
 * {@value #RETRY_TICKS} ticks.
 *
 * <p>Confined to whoever runs the mailbox. Source: etcd v3.7.1, {@code linearizableReadLoop}.
 */
final class PendingReads {
    private static final int RETRY_TICKS = 5;

    private final RaftCore core;
    private final long memberId;
    private final int waitTicksMax;
    private List<ReadIndexListener> waiting = new ArrayList<>();
    private List<ReadIndexListener> asked = new ArrayList<>();
    private long question; // number of the open question; the ones before it were given up
    private long firstQuestion; // the first one that those who asked are answered by
    private int ticks; // since it was asked first
    private int waitingTicks;

    PendingReads(RaftCore core, long memberId, int waitTicksMax, Random random) {
        this.core = core;
        // The leader may still know questions of this member from before a restart, and would take them for these.
        question = (long) random.nextInt(Integer.MAX_VALUE) << Integer.SIZE;
        this.memberId = memberId;
        this.waitTicksMax = waitTicksMax;
    }

    void add(ReadIndexListener read) {
        waiting.add(read);
    }

    /** Asks for those that wait, if no question is open. */
    void ask() {
        if (!asked.isEmpty() || waiting.isEmpty() || !canAsk()) {
            return;
        }
        List<ReadIndexListener> empty = asked;
        asked = waiting;
        waiting = empty;
        ticks = waitingTicks;
        waitingTicks = 0;
        firstQuestion = question + 1;
        askNow();
    }

    /** A leader that is the only voter would answer itself too early. */
    private boolean canAsk() {
        return core.leaderId() != Message.NOBODY && (core.role() != Role.LEADER || core.hasCommittedInTerm());
    }

    private void askNow() {
        question++;
        core.readIndex(Bytes.wrap(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(memberId)
                .putLong(question)
                .array()));
    }

    /** Asks again: the leader who was asked is none any more. */
    void leaderChanged() {
        if (!asked.isEmpty() && canAsk()) {
            askNow();
        }
    }

    void tick() {
        if (!asked.isEmpty()) {
            ticks++;
            if (ticks >= waitTicksMax) {
                fail(asked, DropReason.TIMEOUT);
            } else if (ticks % RETRY_TICKS == 0 && canAsk()) {
                askNow();
            }
        }
        if (!waiting.isEmpty()) {
            waitingTicks++;
            if (waitingTicks >= waitTicksMax) {
                fail(waiting, DropReason.TIMEOUT);
                waitingTicks = 0;
            }
        }
    }

    /** Takes what the core says. Any question that was asked after those who wait for it had come is good enough. */
    void confirmed(List<Ready.ReadState> states) {
        for (Ready.ReadState state : states) {
            ByteBuffer context = ByteBuffer.wrap(state.context().toArray());
            if (context.remaining() == 2 * Long.BYTES && context.getLong() == memberId) {
                long answered = context.getLong();
                if (answered >= firstQuestion && answered <= question) {
                    List<ReadIndexListener> done = asked;
                    asked = new ArrayList<>();
                    done.forEach(read -> read.confirmed(state.index()));
                }
            }
        }
    }

    /** Answers all: this member leads alone, so nothing is answered before it is applied. */
    void confirmAll(long index) {
        if (!asked.isEmpty() || !waiting.isEmpty()) {
            asked.forEach(read -> read.confirmed(index));
            waiting.forEach(read -> read.confirmed(index));
            asked.clear();
            waiting.clear();
        }
    }

    void failAll(DropReason reason) {
        fail(asked, reason);
        fail(waiting, reason);
    }

    private static void fail(List<ReadIndexListener> reads, DropReason reason) {
        reads.forEach(read -> read.failed(reason));
        reads.clear();
    }
}
