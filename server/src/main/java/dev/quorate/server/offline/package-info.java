/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Work on data dirs of members that do not run.
 *
 * <p>Starting points: {@link dev.quorate.server.offline.SnapshotRestore}.
 *
 * <p>What is made is made aside and put in place at the end, so a data dir is whole or not there.
 *
 * <p>Source: etcd v3.7.1, {@code etcdutl/snapshot/v3_snapshot.go}.
 */
@NullMarked
package dev.quorate.server.offline;

import org.jspecify.annotations.NullMarked;
