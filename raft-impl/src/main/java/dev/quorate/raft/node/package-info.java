/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The threads around the core, its clock and its way to other members: mailbox, log thread, apply thread, ticks.
 *
 * <p>Starting points: {@link dev.quorate.raft.node.RaftNode} is the door, {@code Driver} does what the core says in the
 * order that {@link dev.quorate.raft.core.Ready} demands; {@link dev.quorate.raft.node.NodePorts} is what a node stands
 * on.
 *
 * <p>Whether something is safe is decided by the core alone. Decided here is when to ask it: what waits for a leader
 * and for how long ({@code ProposalQueue}, {@code PendingReads}), when an election is worth a try before its time
 * ({@code EarlyElection}, {@code LostLeader}), and which applied entries others may still need ({@code LogTail},
 * {@code SlowFollowers}).
 *
 * <p>Source: etcd-io/raft v3.7.0, {@code node.go}; etcd v3.7.1, {@code server/etcdserver/raft.go}.
 */
@NullMarked
package dev.quorate.raft.node;

import org.jspecify.annotations.NullMarked;
