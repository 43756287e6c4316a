/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The outbound port to a store of ordered bytes.
 *
 * <p>Starting points: {@link dev.quorate.api.storage.StorageEngine}, then {@link dev.quorate.api.storage.WriteBatch}.
 *
 * <p>One writer, many readers, atomic batches, prefix durability: the contract suite in this module's test jar is run
 * by every engine.
 */
@NullMarked
package dev.quorate.api.storage;

import org.jspecify.annotations.NullMarked;
