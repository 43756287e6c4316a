/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import java.util.function.Predicate;
import org.apiguardian.api.API;

/**
 * The keys as one reader sees them: those of a published state ({@link MvccStore#read}, which never changes), or those
 * that the thread which applies has made so far ({@link MvccWriter#view}, confined to that thread).
 */
@API(status = API.Status.EXPERIMENTAL)
public interface KeyView {
    /**
     * Returns the revision of the last change that is seen.
     *
     * @return the main revision, at least 1
     */
    long revision();

    /**
     * Returns the revision below which history is gone.
     *
     * @return the revision; -1 before the first compaction
     */
    long compactRevision();

    /**
     * Reads a range with all its options.
     *
     * @param request what to read
     * @return the answer; its header tells only the revision
     * @throws dev.quorate.api.error.EtcdException {@code FUTURE_REV} or {@code COMPACTED}
     */
    RangeResponse range(RangeRequest request);

    /**
     * Tells whether a key is there.
     *
     * @param key the key
     * @return true if it is
     */
    boolean exists(Bytes key);

    /**
     * Asks something of every key of a range, by key, until one fails.
     *
     * @param range which keys
     * @param withRecords whether the question needs values and leases; otherwise those come empty
     * @param test the question
     * @return whether all passed; {@code ABSENT} if there is no key
     */
    Outcome test(KeyRange range, boolean withRecords, Predicate<KeyValue> test);

    /** How a question to the keys of a range went. */
    enum Outcome {
        /** There is no key in the range. */
        ABSENT,
        /** All keys passed. */
        PASSED,
        /** One key did not pass. */
        FAILED
    }
}
