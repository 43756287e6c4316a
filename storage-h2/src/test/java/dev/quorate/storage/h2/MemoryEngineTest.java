/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.h2;

import dev.quorate.api.storage.StorageEngineProvider;
import dev.quorate.api.storage.contract.StorageEngineContract;

final class MemoryEngineTest extends StorageEngineContract {
    @Override
    protected StorageEngineProvider provider() {
        return new MemoryEngineProvider();
    }
}
