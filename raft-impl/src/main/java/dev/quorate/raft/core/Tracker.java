/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import java.util.HashMap;
import java.util.Map;

/**
 * The configuration that is in force, the progress of its members, and the votes that they have given.
 *
 * <p>Every member of the configuration has a progress, on followers too; only a leader's means something.
 *
 * <p>Source: etcd-io/raft v3.7.0, {@code tracker/tracker.go}.
 */
final class Tracker {
    private final InflightLimits limits;
    private final Map<Long, Boolean> votes = new HashMap<>(); // looked up only, so its order shows nowhere
    private Configuration configuration = Configuration.EMPTY;
    private ProgressMap progress = ProgressMap.EMPTY;

    Tracker(InflightLimits limits) {
        this.limits = limits;
    }

    Configuration configuration() {
        return configuration;
    }

    ProgressMap progress() {
        return progress;
    }

    InflightLimits limits() {
        return limits;
    }

    void switchTo(ConfChanger.Outcome outcome) {
        configuration = outcome.configuration();
        progress = outcome.progress();
    }

    /** Forgets what is known about the members: a new term begins. */
    void reset(long selfId, long lastIndex) {
        votes.clear();
        ProgressMap fresh = ProgressMap.EMPTY;
        for (int i = 0; i < progress.ids().size(); i++) {
            long id = progress.ids().at(i);
            Progress old = progress.get(id);
            long match = id == selfId ? lastIndex : 0;
            boolean learner = old != null && old.isLearner();
            fresh = fresh.with(id, new Progress(match, lastIndex + 1, limits.newInflights(), learner));
        }
        progress = fresh;
    }

    /** Returns the highest entry that a quorum has. */
    long committedIndex() {
        return configuration.voters().committedIndex(id -> {
            Progress member = progress.get(id);
            return member == null ? -1 : member.match();
        });
    }

    /** Tells whether a quorum was heard of lately. */
    boolean isQuorumActive() {
        return configuration.voters().voteResult(new Majority.Ballot() {
                    @Override
                    public boolean hasVoted(long id) {
                        Progress member = progress.get(id);
                        return member != null && !member.isLearner();
                    }

                    @Override
                    public boolean isYes(long id) {
                        Progress member = progress.get(id);
                        return member != null && member.isRecentActive();
                    }
                })
                == VoteResult.WON;
    }

    void resetVotes() {
        votes.clear();
    }

    /** Counts a vote; the first one of a member counts. */
    VoteResult vote(long id, boolean yes) {
        votes.putIfAbsent(id, yes);
        return configuration.voters().voteResult(new Majority.Ballot() {
            @Override
            public boolean hasVoted(long voter) {
                return votes.containsKey(voter);
            }

            @Override
            public boolean isYes(long voter) {
                return votes.getOrDefault(voter, false);
            }
        });
    }
}
