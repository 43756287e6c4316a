/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.core.RaftCore;
import dev.quorate.raft.spi.MemberProgress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The members that were sent a snapshot and have not caught up since. The entries behind it are kept for them, however
 * many are written while it is on its way: otherwise it would be too old when it has arrived, they would need another
 * one, and so on for as long as clients write fast enough.
 *
 * <p>A member is waited for while its snapshot is on its way, and then for as long as it comes nearer.
 *
 * <p>Confined to whoever runs the mailbox.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/server.go} ({@code inflightSnapshots}).
 */
final class SlowFollowers {
    /** What is kept for them is bounded all the same: who needs more than so many bytes gets another snapshot. */
    static final long BYTES_MAX = 256L << 20;

    private static final long WAIT_MILLIS = 30_000;

    private static final class Follower {
        private long needed; // first entry that it does not have
        private boolean underWay = true; // its snapshot is
        private int ticksLeft;
    }

    private final RaftCore core;
    private final long catchUpEntries;
    private final int waitTicks;
    private final Map<Long, Follower> followers = new HashMap<>();

    SlowFollowers(RaftCore core, RaftConfig config) {
        this.core = core;
        catchUpEntries = config.catchUpEntries();
        waitTicks = (int) (WAIT_MILLIS / config.times().tick().toMillis()) + 1;
    }

    /** Notes that a member is about to be sent a snapshot of an entry, or of a later one. */
    void sending(long memberId, long index) {
        Follower follower = new Follower();
        follower.needed = index + 1;
        follower.ticksLeft = waitTicks;
        followers.put(memberId, follower);
    }

    /** Notes that a snapshot has arrived, or was lost. */
    void sent(long memberId, boolean arrived) {
        Follower follower = followers.get(memberId);
        if (follower != null && arrived) {
            follower.underWay = false;
        } else {
            followers.remove(memberId);
        }
    }

    /** Returns the first entry that one of them needs; above all entries if there are none. */
    long firstNeeded() {
        long first = Long.MAX_VALUE;
        for (Follower follower : followers.values()) {
            first = Math.min(first, follower.needed);
        }
        return first;
    }

    /** Looks how far they are: those who have caught up, or come no nearer, need nothing any more. */
    void tick() {
        if (followers.isEmpty()) {
            return;
        }
        List<MemberProgress> members = core.progress(); // empty once another member leads
        followers.keySet().removeIf(id -> members.stream().noneMatch(member -> member.memberId() == id));
        for (MemberProgress member : members) {
            Follower follower = followers.get(member.memberId());
            if (follower != null && !isWaitedFor(follower, member.matchIndex())) {
                followers.remove(member.memberId());
            }
        }
    }

    private boolean isWaitedFor(Follower follower, long match) {
        if (match >= follower.needed) {
            follower.needed = match + 1;
            follower.underWay = false;
            follower.ticksLeft = waitTicks;
        }
        if (follower.underWay) {
            return true;
        }
        follower.ticksLeft--;
        return follower.ticksLeft > 0 && follower.needed + catchUpEntries <= core.appliedIndex();
    }
}
