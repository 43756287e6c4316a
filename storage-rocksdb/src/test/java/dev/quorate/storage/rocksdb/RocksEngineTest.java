/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.rocksdb;

import dev.quorate.api.storage.StorageEngineProvider;
import dev.quorate.api.storage.contract.DurableStorageEngineContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

final class RocksEngineTest extends DurableStorageEngineContract {
    @Override
    protected StorageEngineProvider provider() {
        return new RocksEngineProvider();
    }

    @Override
    protected List<Path> vitalFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory())) {
            return files.filter(file -> {
                        String name = file.getFileName().toString();
                        return name.equals("CURRENT") || name.startsWith("MANIFEST") || name.endsWith(".sst");
                    })
                    .toList();
        }
    }
}
