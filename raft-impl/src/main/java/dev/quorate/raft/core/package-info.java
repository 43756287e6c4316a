/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The deterministic core of Raft: protocol state that is stepped by inputs and says what to do.
 *
 * <p>Starting points: {@link dev.quorate.raft.core.RaftCore}, {@link dev.quorate.raft.core.Ready}.
 *
 * <p>No I/O, no clock, no thread, no randomness of its own: the same inputs give the same outputs. Parts that can be
 * understood alone: quorums ({@code Majority}, {@code Joint}), changes of the configuration ({@code ConfChanger},
 * {@code ConfRestore}), what a leader knows of a member ({@code Progress}, {@code Inflights}), the log
 * ({@code LogView}, {@code Unstable}), roles ({@code Roles} and a class of steps for each). State is in
 * {@code NodeState}; {@code RaftCore} wires the parts.
 *
 * <p>Source: Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm"; etcd-io/raft v3.7.0.
 */
@NullMarked
package dev.quorate.raft.core;

import org.jspecify.annotations.NullMarked;
