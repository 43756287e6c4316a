/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The multi-version store: every change of a key kept under its revision, readable at any revision not yet compacted.
 *
 * <p>Starting points: {@link dev.quorate.mvcc.MvccStore} for reading and for opening,
 * {@link dev.quorate.mvcc.MvccWriter} for what the apply thread does.
 *
 * <p>One thread writes, any thread reads and waits for nobody. What a writer does becomes visible only by
 * {@link dev.quorate.mvcc.MvccWriter#publish}, after its batch lies in the storage engine. No I/O but through the
 * engine, no clock, no threads. The same commands in the same order give the same bytes in storage on every member.
 *
 * <p>Source: etcd v3.7.1, {@code server/storage/mvcc}, for what is stored, hashed and answered.
 */
@NullMarked
package dev.quorate.mvcc;

import org.jspecify.annotations.NullMarked;
