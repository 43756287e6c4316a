/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import org.apiguardian.api.API;

/** What an entry holds; {@link #ordinal()} is the number in {@code raftpb.EntryType}. */
@API(status = API.Status.EXPERIMENTAL)
public enum EntryType {
    /** A command for the state machine, or nothing. */
    NORMAL,
    /** A change of one member ({@code raftpb.ConfChange}). */
    CONF_CHANGE,
    /** A change of several members ({@code raftpb.ConfChangeV2}). */
    CONF_CHANGE_V2
}
