/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyRange;
import org.apiguardian.api.API;

/**
 * What the store asks of an index from keys to the revisions of their records. One thread writes; views are read by
 * any.
 *
 * <p>Revisions come in their order: each call of {@link #put} and {@link #tombstone} has a later revision than the one
 * before. All changes of one main revision are made before the next {@link #publish}.
 */
@API(status = API.Status.INTERNAL)
public interface VersionIndex {
    /**
     * Adds a record of a key.
     *
     * @param key the key
     * @param main main revision of the record
     * @param sub its place within that revision
     * @param create main revision at which the key came to be, at most {@code main}
     * @param version how many records the key has had since then, at least 1
     */
    void put(Bytes key, long main, long sub, long create, long version);

    /**
     * Says that a key is no longer there from a revision on.
     *
     * @param key the key; one that is not there is left alone
     * @param main main revision of the tombstone
     * @param sub its place within that revision
     */
    void tombstone(Bytes key, long main, long sub);

    /**
     * Forgets some of what reads at a revision and later do not need.
     *
     * @param main the revision; does not fall from call to call
     * @param limit at most about so many keys are taken out
     * @return whether there is more to forget
     */
    boolean compact(long main, int limit);

    /**
     * Returns the state with all that was written.
     *
     * @return the same view at each call; it follows the writer and belongs to its thread
     */
    View draft();

    /**
     * Fixes the state with all that was written.
     *
     * @return a view that does not change, for readers on any thread that the caller hands it to safely
     */
    View publish();

    /**
     * One state of the index. Asked for a revision that was compacted before the view was published, it answers as if
     * it were not, or throws {@link VanishedException}.
     */
    interface View {
        /**
         * Finds the newest record of a key at a main revision and before.
         *
         * @param key the key
         * @param atMain the revision; those to come mean the newest
         * @param into is filled; holds nothing of use if the answer is false
         * @return false if the key is not there then
         */
        boolean find(Bytes key, long atMain, Version into);

        /**
         * Counts the keys that are there at a main revision.
         *
         * @param range which keys
         * @param atMain the revision
         * @return how many
         */
        long count(KeyRange range, long atMain);

        /**
         * Visits the keys that are there at a main revision, in their order, until the visitor says false.
         *
         * @param range which keys
         * @param atMain the revision
         * @param visitor takes them
         */
        void scan(KeyRange range, long atMain, Visitor visitor);
    }

    /** Takes keys one after the other. */
    @FunctionalInterface
    interface Visitor {
        /**
         * Takes a key.
         *
         * @param key holds the key; valid during the call only
         * @param offset index of its first byte
         * @param length number of its bytes
         * @param version its record; valid during the call only
         * @return false to see no more
         */
        boolean visit(byte[] key, int offset, int length, Version version);
    }

    /** Where a record of a key lies, and what the index knows of it. Filled by the index again and again. */
    final class Version {
        private long main;
        private long sub;
        private long create;
        private long version;
        private long past;

        /**
         * Returns the main revision of the record.
         *
         * @return the revision
         */
        public long main() {
            return main;
        }

        /**
         * Returns the place of the record within its main revision.
         *
         * @return the sub revision
         */
        public long sub() {
            return sub;
        }

        /**
         * Returns when the key came to be.
         *
         * @return the main revision
         */
        public long create() {
            return create;
        }

        /**
         * Returns how many records the key has had since it came to be.
         *
         * @return the number, at least 1
         */
        public long version() {
            return version;
        }

        /** Tells whether the record is one of a key that is there, and no tombstone. */
        boolean isLive() {
            return version != 0;
        }

        /** Returns where the version before this one lies in {@link PastVersions}. */
        long past() {
            return past;
        }

        void set(long newMain, long newSub, long newCreate, long newVersion, long newPast) {
            main = newMain;
            sub = newSub;
            create = newCreate;
            version = newVersion;
            past = newPast;
        }
    }
}
