/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import dev.quorate.api.bytes.Bytes;
import org.apiguardian.api.API;

/**
 * A piece of a snapshot. Joined, the pieces are a file that etcd's tools restore from: the snapshot, and behind it its
 * SHA-256, which is the last piece.
 *
 * @param remainingBytes how much of the snapshot is still to come after this piece, the hash not counted
 * @param blob the piece
 * @param version version of the stored schema, such as {@code 3.7.0}; empty if the store has none yet
 */
@API(status = API.Status.EXPERIMENTAL)
public record SnapshotResponse(long remainingBytes, Bytes blob, String version) {}
