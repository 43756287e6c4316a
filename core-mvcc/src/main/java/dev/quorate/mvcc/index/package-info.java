/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The index from keys to the revisions of their records, in memory: a counted copy-on-write B+tree.
 *
 * <p>Starting points: {@link dev.quorate.mvcc.index.VersionIndex} is what the store sees of it,
 * {@link dev.quorate.mvcc.index.KeyIndex} puts the parts together. {@code KeyPage} draws how keys lie in a page,
 * {@code Heads} what is known of each key, {@code PastVersions} how older versions are reached.
 *
 * <p>What has been published never changes. The writer copies a page the first time it changes it after a publication
 * and changes its own copy from then on; so readers walk from their root without a lock, and the garbage collector
 * takes pages that no view holds any more. Nothing here reads storage, clock or chance.
 *
 * <p>Source: the questions are those of etcd v3.7.1, {@code server/storage/mvcc/index.go}; the structure is our own.
 */
@NullMarked
package dev.quorate.mvcc.index;

import org.jspecify.annotations.NullMarked;
