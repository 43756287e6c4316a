/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import java.util.List;
import org.apiguardian.api.API;

/**
 * An entry up to which everything is in storage.
 *
 * @param index the entry, 0 for the beginning
 * @param term its term
 * @param voters who votes there, unsigned ids
 * @param learners who learns there, unsigned ids
 */
@API(status = API.Status.EXPERIMENTAL)
public record SnapshotMark(long index, long term, List<Long> voters, List<Long> learners) {
    /** The beginning of every log. */
    public static final SnapshotMark NONE = new SnapshotMark(0, 0, List.of(), List.of());

    /** Takes copies of lists. */
    public SnapshotMark {
        voters = List.copyOf(voters);
        learners = List.copyOf(learners);
    }
}
