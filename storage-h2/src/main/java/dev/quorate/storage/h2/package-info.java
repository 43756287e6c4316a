/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Storage engines on H2's MVStore: {@code h2} on a file, {@code memory} without one.
 *
 * <p>Starting points: {@link dev.quorate.storage.h2.H2EngineProvider},
 * {@link dev.quorate.storage.h2.MemoryEngineProvider}.
 *
 * <p>This adapter owns commit and sync; the store's own commits are off. The file is written as a whole or not at all,
 * in blocks with checksums, so a changed byte is refused and never read as data. No thread of a caller can close the
 * file by an interrupt.
 *
 * <p>Source: the contract of {@link dev.quorate.api.storage.StorageEngine}; H2 2.4.240, {@code org.h2.mvstore}.
 */
@NullMarked
package dev.quorate.storage.h2;

import org.jspecify.annotations.NullMarked;
