/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import org.apiguardian.api.API;

/**
 * One step of a change of several members: the message {@code raftpb.ConfChangeSingle}.
 *
 * @param type what changes
 * @param nodeId the member, unsigned; 0 for a step that was refused and does nothing
 */
@API(status = API.Status.EXPERIMENTAL)
public record ConfChangeSingle(ConfChange.Type type, long nodeId) {}
