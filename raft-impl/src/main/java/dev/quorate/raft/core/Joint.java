/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

/**
 * Decides by two majorities at once; outside a joint configuration the second one is empty. Immutable.
 *
 * <p>Source: Ongaro thesis, section 4.3; etcd-io/raft v3.7.0, {@code quorum/joint.go}.
 *
 * @param incoming who decides from now on
 * @param outgoing who decided before, and has to agree until the joint configuration is left
 */
record Joint(Majority incoming, Majority outgoing) {
    static final Joint NOBODY = new Joint(Majority.NOBODY, Majority.NOBODY);

    static Joint of(IdSet incoming, IdSet outgoing) {
        return new Joint(new Majority(incoming), new Majority(outgoing));
    }

    /** Returns everybody who votes, in whichever half. */
    IdSet ids() {
        return incoming.voters().union(outgoing.voters());
    }

    boolean contains(long id) {
        return incoming.voters().contains(id) || outgoing.voters().contains(id);
    }

    boolean isJoint() {
        return !outgoing.voters().isEmpty();
    }

    long committedIndex(Majority.Acknowledged acknowledged) {
        return Math.min(incoming.committedIndex(acknowledged), outgoing.committedIndex(acknowledged));
    }

    VoteResult voteResult(Majority.Ballot ballot) {
        VoteResult one = incoming.voteResult(ballot);
        VoteResult other = outgoing.voteResult(ballot);
        if (one == other) {
            return one;
        }
        return one == VoteResult.LOST || other == VoteResult.LOST ? VoteResult.LOST : VoteResult.PENDING;
    }

    @Override
    public String toString() {
        return isJoint() ? incoming + "&&" + outgoing : incoming.toString();
    }
}
