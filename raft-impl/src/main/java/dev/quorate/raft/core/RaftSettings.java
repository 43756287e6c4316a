/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import org.apiguardian.api.API;

/**
 * How a member of a group behaves. Immutable.
 *
 * <p>Source: etcd-io/raft v3.7.0, {@code Config}.
 *
 * @param nodeId this member, unsigned
 * @param electionTicks ticks without a leader before an election; above {@code heartbeatTicks}
 * @param heartbeatTicks ticks between two heartbeats
 * @param messageBytesMax most bytes of entries in an append, encoded; one entry is sent in any case
 * @param applyBytesMax most bytes of entries, encoded, handed out for applying and not acknowledged
 * @param uncommittedBytesMax proposals are dropped while more bytes of data are not applied
 * @param inflightMessagesMax appends sent to a member and not acknowledged
 * @param inflightBytesMax bytes of data of those, 0 for no limit
 * @param checkQuorum whether a leader steps down that has not heard of a quorum for an election timeout
 * @param preVote whether a candidate asks before it begins a new term
 * @param leaseReads whether a leader answers reads at once, trusting that clocks run alike; needs {@code checkQuorum}
 * @param forwardProposals whether a follower sends proposals on to the leader
 * @param validateConfChanges whether the leader refuses changes of the configuration that it cannot make now
 * @param stepDownOnRemoval whether a leader steps down that is removed from the voters
 * @param asyncStorage whether log and state machine are told by messages what to do ({@link Ready})
 */
@API(status = API.Status.EXPERIMENTAL)
public record RaftSettings(
        long nodeId,
        int electionTicks,
        int heartbeatTicks,
        long messageBytesMax,
        long applyBytesMax,
        long uncommittedBytesMax,
        int inflightMessagesMax,
        long inflightBytesMax,
        boolean checkQuorum,
        boolean preVote,
        boolean leaseReads,
        boolean forwardProposals,
        boolean validateConfChanges,
        boolean stepDownOnRemoval,
        boolean asyncStorage) {
    /** Checks the values. */
    public RaftSettings {
        require(nodeId != 0 && nodeId != -1 && nodeId != -2, "cannot use 0 or a storage's id as id");
        require(heartbeatTicks > 0, "heartbeat tick must be greater than 0");
        require(electionTicks > heartbeatTicks, "election tick must be greater than heartbeat tick");
        require(inflightMessagesMax > 0, "max inflight messages must be greater than 0");
        require(
                inflightBytesMax == 0 || inflightBytesMax >= messageBytesMax,
                "max inflight bytes must be >= max message size");
        require(!leaseReads || checkQuorum, "CheckQuorum must be enabled when ReadOnlyOption is ReadOnlyLeaseBased");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /**
     * Begins settings with no limits and all options off, but for those that are usually on: proposals are forwarded,
     * changes of the configuration validated.
     *
     * @param nodeId this member
     * @return a builder
     */
    public static Builder of(long nodeId) {
        return new Builder(nodeId);
    }

    /** Puts settings together. Not thread-safe. */
    public static final class Builder {
        private final long nodeId;
        private int electionTicks = 10;
        private int heartbeatTicks = 1;
        private long messageBytesMax = EntrySizes.UNLIMITED;
        private long applyBytesMax = EntrySizes.UNLIMITED;
        private long uncommittedBytesMax = EntrySizes.UNLIMITED;
        private int inflightMessagesMax = Integer.MAX_VALUE;
        private long inflightBytesMax;
        private boolean checkQuorum;
        private boolean preVote;
        private boolean leaseReads;
        private boolean forwardProposals = true;
        private boolean validateConfChanges = true;
        private boolean stepDownOnRemoval;
        private boolean asyncStorage;

        private Builder(long nodeId) {
            this.nodeId = nodeId;
        }

        /**
         * Sets {@link RaftSettings#electionTicks}.
         *
         * @param electionTicks ticks
         * @return this
         */
        public Builder electionTicks(int electionTicks) {
            this.electionTicks = electionTicks;
            return this;
        }

        /**
         * Sets {@link RaftSettings#heartbeatTicks}.
         *
         * @param heartbeatTicks ticks
         * @return this
         */
        public Builder heartbeatTicks(int heartbeatTicks) {
            this.heartbeatTicks = heartbeatTicks;
            return this;
        }

        /**
         * Sets {@link RaftSettings#messageBytesMax}.
         *
         * @param messageBytesMax bytes
         * @return this
         */
        public Builder messageBytesMax(long messageBytesMax) {
            this.messageBytesMax = messageBytesMax;
            return this;
        }

        /**
         * Sets {@link RaftSettings#applyBytesMax}.
         *
         * @param applyBytesMax bytes
         * @return this
         */
        public Builder applyBytesMax(long applyBytesMax) {
            this.applyBytesMax = applyBytesMax;
            return this;
        }

        /**
         * Sets {@link RaftSettings#uncommittedBytesMax}.
         *
         * @param uncommittedBytesMax bytes
         * @return this
         */
        public Builder uncommittedBytesMax(long uncommittedBytesMax) {
            this.uncommittedBytesMax = uncommittedBytesMax;
            return this;
        }

        /**
         * Sets {@link RaftSettings#inflightMessagesMax}.
         *
         * @param inflightMessagesMax messages
         * @return this
         */
        public Builder inflightMessagesMax(int inflightMessagesMax) {
            this.inflightMessagesMax = inflightMessagesMax;
            return this;
        }

        /**
         * Sets {@link RaftSettings#inflightBytesMax}.
         *
         * @param inflightBytesMax bytes
         * @return this
         */
        public Builder inflightBytesMax(long inflightBytesMax) {
            this.inflightBytesMax = inflightBytesMax;
            return this;
        }

        /**
         * Sets {@link RaftSettings#checkQuorum}.
         *
         * @param checkQuorum on or off
         * @return this
         */
        public Builder checkQuorum(boolean checkQuorum) {
            this.checkQuorum = checkQuorum;
            return this;
        }

        /**
         * Sets {@link RaftSettings#preVote}.
         *
         * @param preVote on or off
         * @return this
         */
        public Builder preVote(boolean preVote) {
            this.preVote = preVote;
            return this;
        }

        /**
         * Sets {@link RaftSettings#leaseReads}.
         *
         * @param leaseReads on or off
         * @return this
         */
        public Builder leaseReads(boolean leaseReads) {
            this.leaseReads = leaseReads;
            return this;
        }

        /**
         * Sets {@link RaftSettings#forwardProposals}.
         *
         * @param forwardProposals on or off
         * @return this
         */
        public Builder forwardProposals(boolean forwardProposals) {
            this.forwardProposals = forwardProposals;
            return this;
        }

        /**
         * Sets {@link RaftSettings#validateConfChanges}.
         *
         * @param validateConfChanges on or off
         * @return this
         */
        public Builder validateConfChanges(boolean validateConfChanges) {
            this.validateConfChanges = validateConfChanges;
            return this;
        }

        /**
         * Sets {@link RaftSettings#stepDownOnRemoval}.
         *
         * @param stepDownOnRemoval on or off
         * @return this
         */
        public Builder stepDownOnRemoval(boolean stepDownOnRemoval) {
            this.stepDownOnRemoval = stepDownOnRemoval;
            return this;
        }

        /**
         * Sets {@link RaftSettings#asyncStorage}.
         *
         * @param asyncStorage on or off
         * @return this
         */
        public Builder asyncStorage(boolean asyncStorage) {
            this.asyncStorage = asyncStorage;
            return this;
        }

        /**
         * Returns the settings.
         *
         * @return the settings
         * @throws IllegalArgumentException if two of them contradict one another
         */
        public RaftSettings build() {
            return new RaftSettings(
                    nodeId,
                    electionTicks,
                    heartbeatTicks,
                    messageBytesMax,
                    applyBytesMax,
                    uncommittedBytesMax,
                    inflightMessagesMax,
                    inflightBytesMax,
                    checkQuorum,
                    preVote,
                    leaseReads,
                    forwardProposals,
                    validateConfChanges,
                    stepDownOnRemoval,
                    asyncStorage);
        }
    }
}
