/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.h2;

import dev.quorate.api.storage.StorageEngineProvider;
import dev.quorate.api.storage.contract.DurableStorageEngineContract;
import java.nio.file.Path;
import java.util.List;

final class H2EngineTest extends DurableStorageEngineContract {
    @Override
    protected StorageEngineProvider provider() {
        return new H2EngineProvider();
    }

    @Override
    protected List<Path> vitalFiles() {
        return List.of(directory().resolve(H2EngineProvider.FILE));
    }
}
