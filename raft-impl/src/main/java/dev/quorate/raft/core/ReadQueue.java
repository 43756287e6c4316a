/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The reads that a leader has taken and not confirmed. Each has a position, counted from 1 in a term; a heartbeat
 * carries the highest one, its answer confirms all up to there. So one round of heartbeats serves any number of reads.
 *
 * <p>Source: Ongaro thesis, section 6.4; etcd-io/raft v3.7.0, {@code read_only.go}.
 */
final class ReadQueue {
    /** A read and the commit index when it was taken. */
    record Read(Message request, long index) {}

    private final ArrayDeque<Read> unconfirmed = new ArrayDeque<>();
    private final Map<Long, Long> acknowledged = new HashMap<>(); // looked up only, so its order shows nowhere
    private long confirmed;

    void reset() {
        unconfirmed.clear();
        acknowledged.clear();
        confirmed = 0;
    }

    void add(Message request, long commitIndex) {
        unconfirmed.add(new Read(request, commitIndex));
    }

    private long lastPosition() {
        return confirmed + unconfirmed.size();
    }

    /** Returns what a heartbeat has to carry: the last position in eight bytes, the lowest first. */
    Bytes heartbeatContext() {
        if (unconfirmed.isEmpty()) {
            return Bytes.EMPTY;
        }
        byte[] context = new byte[Long.BYTES];
        for (int i = 0; i < context.length; i++) {
            context[i] = (byte) (lastPosition() >>> (8 * i));
        }
        return Bytes.wrap(context);
    }

    /** Notes that a member has answered a heartbeat. */
    void acknowledge(long from, Bytes context) {
        if (context.length() < Long.BYTES) {
            return;
        }
        long position = 0;
        for (int i = Long.BYTES - 1; i >= 0; i--) {
            position = (position << 8) | (context.at(i) & 0xFF);
        }
        acknowledged.merge(from, position, Math::max);
    }

    void acknowledgeBySelf(long selfId) {
        acknowledged.merge(selfId, lastPosition(), Math::max);
    }

    /** Returns the reads that a quorum has confirmed since the last call. */
    List<Read> takeConfirmed(Joint voters) {
        long position = Math.min(voters.committedIndex(id -> acknowledged.getOrDefault(id, -1L)), lastPosition());
        List<Read> taken = new ArrayList<>();
        while (confirmed < position) {
            taken.add(unconfirmed.remove());
            confirmed++;
        }
        return taken;
    }
}
