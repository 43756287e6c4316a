/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import org.apiguardian.api.API;

/**
 * An entry up to which everything is in storage: the message {@code raftpb.SnapshotMetadata}.
 *
 * @param index the entry, 0 for the beginning
 * @param term its term
 * @param confState who votes and learns there
 */
@API(status = API.Status.EXPERIMENTAL)
public record SnapshotMark(long index, long term, ConfState confState) {
    /** The beginning of every log. */
    public static final SnapshotMark NONE = new SnapshotMark(0, 0, ConfState.EMPTY);
}
