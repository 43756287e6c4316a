/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The threads around the core: mailbox, log thread, apply thread.
 *
 * <p>Starting points: {@link dev.quorate.raft.node.RaftNode}, {@link dev.quorate.raft.node.RaftConfig}.
 *
 * <p>No protocol decision is made here: the core says what to do, and this package does it in the order that
 * {@link dev.quorate.raft.core.Ready} demands.
 *
 * <p>Source: etcd-io/raft v3.7.0, {@code node.go}; etcd v3.7.1, {@code server/etcdserver/raft.go}.
 */
@NullMarked
package dev.quorate.raft.node;

import org.jspecify.annotations.NullMarked;
