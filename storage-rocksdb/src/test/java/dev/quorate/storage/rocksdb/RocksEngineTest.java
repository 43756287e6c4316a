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
    /**
     * RocksDB takes a last record of its manifest that does not add up for one that was being written in a crash. What
     * it comes back with then is an earlier state, a whole one: the log is replayed from there, or the start is
     * refused.
     */
    @Override
    protected long oldestAfterChangedByte(long last) {
        return 0;
    }

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
