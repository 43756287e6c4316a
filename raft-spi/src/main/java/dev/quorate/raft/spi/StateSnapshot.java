/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import org.apiguardian.api.API;

/**
 * A state on its way to a member that is far behind.
 *
 * @param snapshot where it was taken
 * @param state the state; whoever takes this value closes it
 */
@API(status = API.Status.EXPERIMENTAL)
public record StateSnapshot(Snapshot snapshot, PeerTransport.SnapshotState state) {}
