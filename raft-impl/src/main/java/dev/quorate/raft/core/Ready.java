/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.Snapshot;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What the driver has to do. Nothing is handed out twice.
 *
 * <p><b>Synchronous.</b> In this order: make hard state, entries and snapshot durable; send the messages; apply the
 * committed entries; then {@link RaftCore#advance}, before the next ready.
 *
 * <p><b>Asynchronous</b> ({@link RaftSettings#asyncStorage}). The messages say it all; the other fields only show what
 * is in them. Each message goes to its receiver at once, in order for each receiver. One to the log
 * ({@link dev.quorate.raft.spi.MessageType#STORAGE_APPEND}) is made durable, and then its responses are delivered: to
 * other members, and to this one by {@link RaftCore#step}. One to the state machine is applied, and then the same
 * holds. Both go on at the same time as the next ready.
 *
 * @param softState leader and role, if they have changed
 * @param hardState term, vote and commit index, if they have changed
 * @param readStates reads that are confirmed
 * @param entries to make durable
 * @param snapshot to install in place of log and state
 * @param committedEntries to apply
 * @param messages to send
 * @param mustSync whether entries, term or vote have changed: else the write may be lost in a crash
 */
@API(status = API.Status.EXPERIMENTAL)
public record Ready(
        @Nullable SoftState softState,
        @Nullable HardState hardState,
        List<ReadState> readStates,
        List<Entry> entries,
        @Nullable Snapshot snapshot,
        List<Entry> committedEntries,
        List<Message> messages,
        boolean mustSync) {
    /**
     * What is worth knowing and need not survive.
     *
     * @param leader the leader, 0 if none is known
     * @param role what this member does
     */
    public record SoftState(long leader, Role role) {}

    /**
     * A read that is confirmed: once the entry is applied here, it sees all that was committed when it was asked for.
     *
     * @param index the entry
     * @param context by which the asker knows its read
     */
    public record ReadState(long index, Bytes context) {}
}
