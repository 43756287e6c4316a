/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import dev.quorate.api.bytes.Bytes;
import org.apiguardian.api.API;

/**
 * Asks for the keys of a range. Immutable; {@link #of} and {@link #toBuilder} make variants.
 *
 * @param range which keys
 * @param limit at most so many, 0 or less for all
 * @param revision as of which revision, 0 or less for now
 * @param sortOrder in which order
 * @param sortTarget sorted by what
 * @param serializable whether this member's own, possibly stale state will do
 * @param keysOnly leave out values
 * @param countOnly only count
 * @param minModRevision smallest mod revision, 0 for any
 * @param maxModRevision largest mod revision, 0 for any
 * @param minCreateRevision smallest create revision, 0 for any
 * @param maxCreateRevision largest create revision, 0 for any
 */
@API(status = API.Status.EXPERIMENTAL)
public record RangeRequest(
        KeyRange range,
        long limit,
        long revision,
        SortOrder sortOrder,
        SortTarget sortTarget,
        boolean serializable,
        boolean keysOnly,
        boolean countOnly,
        long minModRevision,
        long maxModRevision,
        long minCreateRevision,
        long maxCreateRevision)
        implements RequestOp {

    /**
     * Asks for a range, now, by key, without a limit.
     *
     * @param range which keys
     * @return the request
     */
    public static RangeRequest of(KeyRange range) {
        return builder(range).build();
    }

    /**
     * Asks for one key, now.
     *
     * @param key which key
     * @return the request
     */
    public static RangeRequest of(Bytes key) {
        return of(KeyRange.single(key));
    }

    /**
     * Begins a request.
     *
     * @param range which keys
     * @return a builder with everything else off
     */
    public static Builder builder(KeyRange range) {
        return new Builder(range);
    }

    /**
     * Begins a variant.
     *
     * @return a builder with this request's settings
     */
    public Builder toBuilder() {
        return new Builder(range)
                .limit(limit)
                .revision(revision)
                .sort(sortTarget, sortOrder)
                .serializable(serializable)
                .keysOnly(keysOnly)
                .countOnly(countOnly)
                .modRevisions(minModRevision, maxModRevision)
                .createRevisions(minCreateRevision, maxCreateRevision);
    }

    /** Puts a request together. Not thread-safe. */
    public static final class Builder {
        private final KeyRange range;
        private long limit;
        private long revision;
        private SortOrder sortOrder = SortOrder.NONE;
        private SortTarget sortTarget = SortTarget.KEY;
        private boolean serializable;
        private boolean keysOnly;
        private boolean countOnly;
        private long minModRevision;
        private long maxModRevision;
        private long minCreateRevision;
        private long maxCreateRevision;

        private Builder(KeyRange range) {
            this.range = range;
        }

        /**
         * Sets how many keys come at most.
         *
         * @param value the number, 0 for all
         * @return this builder
         */
        public Builder limit(long value) {
            limit = value;
            return this;
        }

        /**
         * Sets as of which revision.
         *
         * @param value the revision, 0 for now
         * @return this builder
         */
        public Builder revision(long value) {
            revision = value;
            return this;
        }

        /**
         * Sets whether this member's own state will do.
         *
         * @param value true if so
         * @return this builder
         */
        public Builder serializable(boolean value) {
            serializable = value;
            return this;
        }

        /**
         * Sets whether values are left out.
         *
         * @param value true if so
         * @return this builder
         */
        public Builder keysOnly(boolean value) {
            keysOnly = value;
            return this;
        }

        /**
         * Sets whether only the count comes.
         *
         * @param value true if so
         * @return this builder
         */
        public Builder countOnly(boolean value) {
            countOnly = value;
            return this;
        }

        /**
         * Sets the order.
         *
         * @param target by what
         * @param order in which direction
         * @return this builder
         */
        public Builder sort(SortTarget target, SortOrder order) {
            sortTarget = target;
            sortOrder = order;
            return this;
        }

        /**
         * Sets bounds of the mod revision, both inclusive.
         *
         * @param min smallest, 0 for any
         * @param max largest, 0 for any
         * @return this builder
         */
        public Builder modRevisions(long min, long max) {
            minModRevision = min;
            maxModRevision = max;
            return this;
        }

        /**
         * Sets bounds of the create revision, both inclusive.
         *
         * @param min smallest, 0 for any
         * @param max largest, 0 for any
         * @return this builder
         */
        public Builder createRevisions(long min, long max) {
            minCreateRevision = min;
            maxCreateRevision = max;
            return this;
        }

        /**
         * Makes the request.
         *
         * @return the request
         */
        public RangeRequest build() {
            return new RangeRequest(
                    range,
                    limit,
                    revision,
                    sortOrder,
                    sortTarget,
                    serializable,
                    keysOnly,
                    countOnly,
                    minModRevision,
                    maxModRevision,
                    minCreateRevision,
                    maxCreateRevision);
        }
    }
}
