/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The storage engine {@code rocksdb}.
 *
 * <p>Starting points: {@link dev.quorate.storage.rocksdb.RocksEngineProvider}.
 *
 * <p>RocksDB runs without its own log; what a crash leaves is a prefix of the batches. No call reaches native memory
 * that is closed, and no manifest reaches RocksDB that it might read for ever.
 *
 * <p>Source: the contract of {@link dev.quorate.api.storage.StorageEngine}; RocksDB 11.
 */
@NullMarked
package dev.quorate.storage.rocksdb;

import org.jspecify.annotations.NullMarked;
