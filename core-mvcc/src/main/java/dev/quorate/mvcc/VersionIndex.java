/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyRange;

/**
 * What the store asks of an index from keys to the revisions of their records. One thread writes; views are read by
 * any.
 */
interface VersionIndex {
    void put(Bytes key, long main, long sub, long create, long version);

    void tombstone(Bytes key, long main, long sub);

    /** Forgets what reads at a revision and later do not need. */
    void compact(long main);

    /** The state with all that was written; follows the writer and belongs to its thread. */
    View draft();

    /** Fixes the state with all that was written, for readers on any thread. */
    View publish();

    /**
     * One state of the index. Asked for a revision that was compacted since it was published, it may throw
     * {@link VanishedException}.
     */
    interface View {
        /** Finds the newest record of a key at a main revision and before; false if the key is not there then. */
        boolean find(Bytes key, long atMain, Version into);

        /** Counts the keys that are there at a main revision. */
        long count(KeyRange range, long atMain);

        /** Visits the keys that are there at a main revision, in their order, until the visitor says false. */
        void scan(KeyRange range, long atMain, Visitor visitor);
    }

    /** Takes keys one after the other; the array is valid during the call only, the version too. */
    @FunctionalInterface
    interface Visitor {
        boolean visit(byte[] key, int offset, int length, Version version);
    }

    /** Where a record of a key lies, and what the index knows of it. Filled by the index again and again. */
    final class Version {
        long main;
        long sub;
        long create;
        long version;

        void set(long newMain, long newSub, long newCreate, long newVersion) {
            main = newMain;
            sub = newSub;
            create = newCreate;
            version = newVersion;
        }
    }
}
