/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import dev.quorate.api.bytes.Bytes;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What members of a group say to one another, and the core to its own log and state machine: the message
 * {@code raftpb.Message}, field by field. Immutable. Ids are unsigned; what a message has no use for is 0, empty or
 * null.
 *
 * <p>One record for all types, as on the wire: the peer protocol carries fields that a type has no use for, so a record
 * per type could not take every message apart and put it together again as it was.
 *
 * @param type what it says; tells which fields mean something
 * @param to the receiver: a member, {@link #LOG_STORAGE} or {@link #STATE_MACHINE}
 * @param from the sender
 * @param term the sender's term; 0 if the message has none
 * @param logTerm term of the entry {@code index}
 * @param index an entry
 * @param entries entries in order
 * @param commit last entry known to be committed
 * @param snapshot a snapshot, null for none
 * @param reject whether it refuses
 * @param rejectHint where the logs may meet
 * @param context opaque bytes that are answered
 * @param vote whom the sender voted for
 * @param responses what is to be delivered when this message is done with
 */
@API(status = API.Status.EXPERIMENTAL)
public record Message(
        MessageType type,
        long to,
        long from,
        long term,
        long logTerm,
        long index,
        List<Entry> entries,
        long commit,
        @Nullable Snapshot snapshot,
        boolean reject,
        long rejectHint,
        Bytes context,
        long vote,
        List<Message> responses) {
    /** No member. */
    public static final long NOBODY = 0;

    /** The log of this member, as a receiver and sender of local messages. */
    public static final long LOG_STORAGE = -1;

    /** The state machine of this member, as a receiver and sender of local messages. */
    public static final long STATE_MACHINE = -2;

    /**
     * Tells whether an id is that of the log or the state machine.
     *
     * @param id an id
     * @return true if no member has it
     */
    public static boolean isStorage(long id) {
        return id == LOG_STORAGE || id == STATE_MACHINE;
    }

    /**
     * Begins a message.
     *
     * @param type its type
     * @return a builder, all else 0, empty or null
     */
    public static Builder of(MessageType type) {
        return new Builder(type);
    }

    /**
     * Begins a copy of this message.
     *
     * @return a builder with everything that is in this message
     */
    public Builder toBuilder() {
        return new Builder(type)
                .to(to)
                .from(from)
                .term(term)
                .at(logTerm, index)
                .entries(entries)
                .commit(commit)
                .snapshot(snapshot)
                .reject(reject)
                .rejectHint(rejectHint)
                .context(context)
                .vote(vote)
                .responses(responses);
    }

    /** Puts a message together. Not thread-safe. The lists are taken as they are and must not change any more. */
    public static final class Builder {
        private MessageType type;
        private long to;
        private long from;
        private long term;
        private long logTerm;
        private long index;
        private List<Entry> entries = List.of();
        private long commit;
        private @Nullable Snapshot snapshot;
        private boolean reject;
        private long rejectHint;
        private Bytes context = Bytes.EMPTY;
        private long vote;
        private List<Message> responses = List.of();

        private Builder(MessageType type) {
            this.type = type;
        }

        /**
         * Sets {@link Message#type}.
         *
         * @param type what it says
         * @return this
         */
        public Builder type(MessageType type) {
            this.type = type;
            return this;
        }

        /**
         * Sets {@link Message#to}.
         *
         * @param to the receiver
         * @return this
         */
        public Builder to(long to) {
            this.to = to;
            return this;
        }

        /**
         * Sets {@link Message#from}.
         *
         * @param from the sender
         * @return this
         */
        public Builder from(long from) {
            this.from = from;
            return this;
        }

        /**
         * Sets {@link Message#term}.
         *
         * @param term the sender's term
         * @return this
         */
        public Builder term(long term) {
            this.term = term;
            return this;
        }

        /**
         * Sets {@link Message#index}.
         *
         * @param index an entry
         * @return this
         */
        public Builder index(long index) {
            this.index = index;
            return this;
        }

        /**
         * Sets {@link Message#entries}.
         *
         * @param entries entries in order
         * @return this
         */
        public Builder entries(List<Entry> entries) {
            this.entries = entries;
            return this;
        }

        /**
         * Sets {@link Message#commit}.
         *
         * @param commit last entry known to be committed
         * @return this
         */
        public Builder commit(long commit) {
            this.commit = commit;
            return this;
        }

        /**
         * Sets {@link Message#snapshot}.
         *
         * @param snapshot a snapshot, null for none
         * @return this
         */
        public Builder snapshot(@Nullable Snapshot snapshot) {
            this.snapshot = snapshot;
            return this;
        }

        /**
         * Sets {@link Message#reject}.
         *
         * @param reject whether it refuses
         * @return this
         */
        public Builder reject(boolean reject) {
            this.reject = reject;
            return this;
        }

        /**
         * Sets {@link Message#rejectHint}.
         *
         * @param rejectHint where the logs may meet
         * @return this
         */
        public Builder rejectHint(long rejectHint) {
            this.rejectHint = rejectHint;
            return this;
        }

        /**
         * Sets {@link Message#context}.
         *
         * @param context bytes that are answered
         * @return this
         */
        public Builder context(Bytes context) {
            this.context = context;
            return this;
        }

        /**
         * Sets {@link Message#vote}.
         *
         * @param vote whom the sender voted for
         * @return this
         */
        public Builder vote(long vote) {
            this.vote = vote;
            return this;
        }

        /**
         * Sets {@link Message#responses}.
         *
         * @param responses what is delivered afterwards
         * @return this
         */
        public Builder responses(List<Message> responses) {
            this.responses = responses;
            return this;
        }

        /**
         * Sets the entry that the message speaks of.
         *
         * @param logTerm its term
         * @param index its index
         * @return this
         */
        public Builder at(long logTerm, long index) {
            this.logTerm = logTerm;
            this.index = index;
            return this;
        }

        /**
         * Returns the message.
         *
         * @return the message
         */
        public Message build() {
            return new Message(
                    type,
                    to,
                    from,
                    term,
                    logTerm,
                    index,
                    entries,
                    commit,
                    snapshot,
                    reject,
                    rejectHint,
                    context,
                    vote,
                    responses);
        }
    }
}
