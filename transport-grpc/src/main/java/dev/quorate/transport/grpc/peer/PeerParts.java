/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.raft.spi.PeerObserver;

/**
 * What every member needs.
 *
 * @param loop the event loop
 * @param channels opens connections
 * @param identity who this member is
 * @param gate takes what comes
 * @param observer hears what there is to measure
 * @param dialTimeoutNanos how long a connection may take to come up
 */
record PeerParts(
        Loop loop, Channels channels, Identity identity, Gate gate, PeerObserver observer, long dialTimeoutNanos) {}
