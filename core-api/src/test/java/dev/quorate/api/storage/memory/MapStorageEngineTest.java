/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.storage.memory;

import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageEngineProvider;
import dev.quorate.api.storage.contract.StorageEngineContract;
import java.nio.file.Path;
import java.util.List;

final class MapStorageEngineTest extends StorageEngineContract {
    @Override
    protected StorageEngineProvider provider() {
        return new StorageEngineProvider() {
            @Override
            public String name() {
                return "map";
            }

            @Override
            public boolean durable() {
                return false;
            }

            @Override
            public StorageEngine open(Path directory, List<Bucket> buckets) {
                return new MapStorageEngine(buckets);
            }
        };
    }
}
