/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.raft.spi.PeerObserver;

/**
 * What every member needs.
 *
 * @param net the event loop and its clients
 * @param identity who this member is
 * @param gate takes what comes
 * @param observer hears what there is to measure
 */
record PeerParts(PeerNet net, Identity identity, Gate gate, PeerObserver observer) {}
