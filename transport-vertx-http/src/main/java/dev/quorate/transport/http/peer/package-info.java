/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Carries the messages of Raft between members as etcd does, so that members of ours and of real etcd understand one
 * another.
 *
 * <p>Starting points: {@link dev.quorate.transport.http.peer.HttpPeerTransportProvider}; {@code HttpPeerTransport} owns
 * the one event loop, {@code Peer} is the other member, {@code PeerServer} answers on the peer port.
 *
 * <p>Who wants to hear dials: the answer to a GET that never ends carries the messages of the member that was dialled,
 * appended entries on one stream, everything else on the other. While the other member has not dialled, messages go by
 * POST. All state but the queues of outgoing messages belongs to one event loop, which never blocks; states of
 * snapshots are read and taken in on threads of their own, with bounded buffers between.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/api/rafthttp}, {@code server/etcdserver/api/etcdhttp/peer.go}.
 */
@NullMarked
package dev.quorate.transport.http.peer;

import org.jspecify.annotations.NullMarked;
