/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A storage engine for tests of those who stand on one.
 *
 * <p>Starting point: {@link dev.quorate.api.storage.memory.MapStorageEngine}.
 *
 * <p>Simple before fast; keeps every version of every row.
 */
@NullMarked
package dev.quorate.api.storage.memory;

import org.jspecify.annotations.NullMarked;
