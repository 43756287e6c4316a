/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The durable log, in etcd's format.
 *
 * <p>Starting points: {@link dev.quorate.raft.log.Wal}, {@link dev.quorate.raft.log.LogFiles}.
 *
 * <p>When an append returns, it is durable; an acknowledged byte is never written again; damage is refused with file
 * and place, and only the end of the last file may be torn. Files are reached through a small port, so that tests can
 * crash the disk. A change of the configuration is never there without the knowledge that the one before it is
 * committed.
 *
 * <p>Source: etcd v3.7.1, {@code server/storage/wal}.
 */
@NullMarked
package dev.quorate.raft.log;

import org.jspecify.annotations.NullMarked;
