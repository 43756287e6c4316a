/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The deterministic core of Raft: protocol state that is stepped by inputs and says what to do.
 *
 * <p>Starting points: {@link dev.quorate.raft.core.RaftCore}, {@link dev.quorate.raft.core.Ready}.
 *
 * <p>No I/O, no clock, no thread, no randomness of its own: the same inputs give the same outputs. At present a group
 * has one member.
 *
 * <p>Source: Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm"; etcd-io/raft v3.7.0.
 */
@NullMarked
package dev.quorate.raft.core;

import org.jspecify.annotations.NullMarked;
