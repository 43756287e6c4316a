/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Consensus as ports: a replicated log of opaque commands, what it is applied to, and what it stands on.
 *
 * <p>Starting points: {@link dev.quorate.raft.spi.Consensus}, {@link dev.quorate.raft.spi.StateMachine}.
 *
 * <p>Nothing here names our Raft, so that another engine can stand behind it. Clock, randomness, disk and network enter
 * only through these ports.
 *
 * <p>Source: Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm"; etcd-io/raft v3.7.0,
 * {@code node.go}.
 */
@NullMarked
package dev.quorate.raft.spi;

import org.jspecify.annotations.NullMarked;
