/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.rocksdb;

import dev.quorate.api.storage.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Looks at the files of a store before RocksDB does, which takes a store without {@code CURRENT} for a new one, and may
 * never end to read a damaged {@code MANIFEST}.
 */
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
            checkManifest(directory);
        } catch (IOException e) {
            throw new StorageException("cannot read the folder " + directory, e);
        }
    }

    private static void checkManifest(Path directory) throws IOException {
        String name = Files.readString(directory.resolve("CURRENT"), StandardCharsets.ISO_8859_1)
                .strip();
        if (!name.startsWith("MANIFEST-") || !Files.isRegularFile(directory.resolve(name))) {
            throw new StorageException(
                    "cannot open the store in " + directory + ": its file CURRENT names no MANIFEST that is there",
                    null);
        }
        long damaged = Manifest.damagedAt(Files.readAllBytes(directory.resolve(name)));
        if (damaged >= 0) {
            throw new StorageException(
                    "cannot open the store in " + directory + ": " + name + " is damaged at byte " + damaged, null);
        }
    }
}
