/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import dev.quorate.api.bytes.Bytes;
import org.apiguardian.api.API;

/**
 * One entry of the Raft log.
 *
 * @param term term of the leader that made it
 * @param index place in the log, from 1
 * @param type what the data is
 * @param data the command, opaque here; empty in the entry by which a new leader begins
 */
@API(status = API.Status.EXPERIMENTAL)
public record Entry(long term, long index, EntryType type, Bytes data) {}
