/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.Consensus.DropReason;
import dev.quorate.raft.spi.Entry;
import java.nio.ByteBuffer;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What clients have asked and heard. A history is linearizable if each answer tells of a revision that is not before
 * any that was told before the question: the revision is the witness of the order.
 */
final class History {
    /** A command on its way; nobody was told of a revision above the floor when it began. */
    record Write(long id, long floor) {}

    /** A question on its way. */
    record Read(long floor) {}

    private final Invariants invariants;
    private final BitSet applied = new BitSet();
    private final BitSet repeated = new BitSet(); // the network has doubled it
    private final BitSet dropped = new BitSet();
    private long writes;
    private long told; // highest revision that anybody was told of
    private int answeredWrites;
    private int answeredReads;
    private int refused;
    private @Nullable DropReason lastDrop;

    History(Invariants invariants) {
        this.invariants = invariants;
    }

    static Bytes command(long id, int length) {
        return Bytes.wrap(ByteBuffer.allocate(Long.BYTES + length).putLong(id).array());
    }

    static long id(Entry entry) {
        return ByteBuffer.wrap(entry.data().toArray()).getLong();
    }

    Write beginWrite() {
        return new Write(++writes, told);
    }

    Read beginRead() {
        return new Read(told);
    }

    void answered(Write write, long revision) {
        answeredWrites++;
        if (revision <= write.floor()) {
            throw invariants.violated("a write comes behind all that was told before it began", write, revision);
        }
        told = Math.max(told, revision);
    }

    void answered(Read read, long revision) {
        answeredReads++;
        if (revision < read.floor()) {
            throw invariants.violated("a read sees all that was told before it began", read, revision);
        }
        told = Math.max(told, revision);
    }

    /** Notes that a write was not taken, so it must never be applied. */
    void dropped(Write write, DropReason reason) {
        lastDrop = reason;
        refused++;
        dropped.set((int) write.id());
    }

    void failed(Read read) {
        refused++;
    }

    /** Notes that a command was applied for the first time anywhere. */
    void chosen(Entry entry) {
        int id = (int) id(entry);
        if (applied.get(id) && !repeated.get(id)) {
            throw invariants.violated("a command is applied once", entry);
        }
        if (dropped.get(id)) {
            throw invariants.violated("what was dropped is never applied", entry);
        }
        applied.set(id);
    }

    /** Notes that the network delivers a proposal twice. */
    void repeated(Entry entry) {
        repeated.set((int) id(entry));
    }

    @Nullable
    DropReason lastDrop() {
        return lastDrop;
    }

    long told() {
        return told;
    }

    int answeredWrites() {
        return answeredWrites;
    }

    int answeredReads() {
        return answeredReads;
    }

    int refused() {
        return refused;
    }
}
