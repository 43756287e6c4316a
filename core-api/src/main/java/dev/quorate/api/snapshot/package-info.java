/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The outbound port to the file that a whole store travels in: to a client that saves it, to a member that is far
 * behind, into a new data dir.
 *
 * <p>Starting points: {@link dev.quorate.api.snapshot.SnapshotFormat}, then
 * {@link dev.quorate.api.snapshot.SnapshotImage} for the way out and {@link dev.quorate.api.snapshot.SnapshotFile} for
 * the way in.
 *
 * <p>Neither way needs more memory than a few of the largest rows, however large the store is. Found by
 * {@link java.util.ServiceLoader}: who embeds a member and never makes a snapshot needs no implementation.
 */
@NullMarked
package dev.quorate.api.snapshot;

import org.jspecify.annotations.NullMarked;
