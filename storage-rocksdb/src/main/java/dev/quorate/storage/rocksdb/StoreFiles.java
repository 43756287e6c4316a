/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.rocksdb;

import dev.quorate.api.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Looks at the files of a store before RocksDB does, which takes a store without {@code CURRENT} for a new one. */
final class StoreFiles {
    private StoreFiles() {}

    static void check(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).toList();
            boolean manifest = names.stream().anyMatch(name -> name.startsWith("MANIFEST-"));
            boolean rows = names.stream().anyMatch(name -> name.endsWith(".sst"));
            if (!names.contains("CURRENT")) {
                if (rows) {
                    throw new StorageException(
                            "cannot open the store in " + directory + ": it has tables, but no file CURRENT", null);
                }
                return;
            }
            if (!manifest) {
                throw new StorageException(
                        "cannot open the store in " + directory + ": it has a file CURRENT, but no MANIFEST", null);
            }
        } catch (IOException e) {
            throw new StorageException("cannot read the folder " + directory, e);
        }
    }
}
