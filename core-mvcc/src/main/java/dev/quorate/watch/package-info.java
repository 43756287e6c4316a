/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Watches: who wants to hear of which changes, and the way of every change to them.
 *
 * <p>Starting points: {@link dev.quorate.watch.WatchHub}, {@link dev.quorate.watch.HubStream}.
 *
 * <p>Each watcher sees exactly the changes of its range from its first revision on, in order, all of one revision at
 * once, none twice. What waits for a taker is bounded: a watcher that falls behind reads again from the store. Nothing
 * is lost but by compaction, and then the watcher is told. One thread at a time feeds and pumps; streams may be used
 * from any thread. No thread is started, no clock is read.
 *
 * <p>Source: etcd v3.7.1, {@code server/storage/mvcc/watchable_store.go}, {@code server/etcdserver/api/v3rpc/watch.go}.
 */
@NullMarked
package dev.quorate.watch;

import org.jspecify.annotations.NullMarked;
