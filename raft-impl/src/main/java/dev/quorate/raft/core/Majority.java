/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import java.util.Arrays;
import java.util.function.LongPredicate;

/**
 * Decides by more than half of some voters. Immutable.
 *
 * <p>Without voters everything is decided: so half of a joint configuration that is empty leaves the decision to the
 * other half.
 *
 * <p>Source: etcd-io/raft v3.7.0, {@code quorum/majority.go}.
 */
record Majority(IdSet voters) {
    /** The index that nobody has to acknowledge. */
    static final long INFINITE = Long.MAX_VALUE;

    static final Majority NOBODY = new Majority(IdSet.EMPTY);

    /** Tells what a voter has acknowledged. */
    @FunctionalInterface
    interface Acknowledged {
        /** Returns the index, negative if nothing is known. */
        long index(long voterId);
    }

    /** Tells how a voter has voted. */
    interface Ballot {
        boolean hasVoted(long voterId);

        boolean isYes(long voterId);
    }

    /** Returns the highest index that a majority has acknowledged. */
    long committedIndex(Acknowledged acknowledged) {
        int count = voters.size();
        if (count == 0) {
            return INFINITE;
        }
        if (count == 1) {
            return Math.max(0, acknowledged.index(voters.at(0)));
        }
        long[] indexes = new long[count];
        for (int i = 0; i < count; i++) {
            indexes[i] = Math.max(0, acknowledged.index(voters.at(i)));
        }
        Arrays.sort(indexes);
        return indexes[count - quorum()];
    }

    VoteResult voteResult(Ballot ballot) {
        if (voters.isEmpty()) {
            return VoteResult.WON;
        }
        int yes = count(id -> ballot.hasVoted(id) && ballot.isYes(id));
        int missing = count(id -> !ballot.hasVoted(id));
        if (yes >= quorum()) {
            return VoteResult.WON;
        }
        return yes + missing >= quorum() ? VoteResult.PENDING : VoteResult.LOST;
    }

    private int quorum() {
        return voters.size() / 2 + 1;
    }

    private int count(LongPredicate which) {
        int count = 0;
        for (int i = 0; i < voters.size(); i++) {
            if (which.test(voters.at(i))) {
                count++;
            }
        }
        return count;
    }

    @Override
    public String toString() {
        return voters.toString();
    }
}
