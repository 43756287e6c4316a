/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Leases: which there are, which keys hang on them, and, on the leader, when they end.
 *
 * <p>Starting point: {@link dev.quorate.lease.Lessor}.
 *
 * <p>What is granted, attached, checkpointed and revoked comes out of the log and is the same on every member. When a
 * lease ends is known to the leader alone and is never replicated: the leader proposes a revocation, and the log
 * decides. Time comes in as an argument; no thread is started.
 *
 * <p>Source: etcd v3.7.1, {@code server/lease/lessor.go}.
 */
@NullMarked
package dev.quorate.lease;

import org.jspecify.annotations.NullMarked;
