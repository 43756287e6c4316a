/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What every storage engine must do, as tests.
 *
 * <p>Starting points: {@link dev.quorate.api.storage.contract.StorageEngineContract}, and
 * {@link dev.quorate.api.storage.contract.DurableStorageEngineContract} for engines with files.
 *
 * <p>An adapter extends one of them and names its provider; random moments come from seeds that a failure prints.
 *
 * <p>Source: the Javadoc of {@link dev.quorate.api.storage.StorageEngine}.
 */
@NullMarked
package dev.quorate.api.storage.contract;

import org.jspecify.annotations.NullMarked;
