/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.raft.spi.PeerUrl;
import java.net.InetSocketAddress;

/**
 * One address behind a URL.
 *
 * @param url what was given
 * @param address where it leads
 */
record Target(PeerUrl url, InetSocketAddress address) {}
