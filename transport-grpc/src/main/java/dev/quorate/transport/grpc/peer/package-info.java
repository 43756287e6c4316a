/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Carries the messages of Raft between members over gRPC.
 *
 * <p>Starting points: {@link dev.quorate.transport.grpc.peer.GrpcPeerTransportProvider}; {@code GrpcPeerTransport} owns
 * the one event loop, {@code Peer} is the other member, {@code Link} a stream to and from it, {@code PeerService}
 * answers on the peer port. What goes over the wire: {@code quorate/peer/v1/peer.proto} in wire.
 *
 * <p>Two members need one stream, which carries messages both ways; each dials while there is none. What is short and
 * urgent goes ahead of appended entries, and long messages go in parts, so one stream does. Snapshots and calls have
 * connections of their own. All state but the queues of outgoing messages belongs to one event loop, which never
 * blocks; states of snapshots are read and taken in on threads of their own, with bounded buffers between.
 *
 * <p>Whom to refuse, with which words and after which times, is etcd's: v3.7.1, {@code server/etcdserver/api/rafthttp}.
 */
@NullMarked
package dev.quorate.transport.grpc.peer;

import org.jspecify.annotations.NullMarked;
