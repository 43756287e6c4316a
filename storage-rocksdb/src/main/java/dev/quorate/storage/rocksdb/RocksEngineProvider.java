/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.rocksdb;

import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageEngineProvider;
import dev.quorate.api.storage.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;
import org.rocksdb.RocksDB;

/** The engine {@code rocksdb}. */
@API(status = API.Status.EXPERIMENTAL)
public final class RocksEngineProvider implements StorageEngineProvider {
    /** System property: folder of RocksDB's native library; without it the one in its jar is unpacked at each start. */
    static final String LIBRARY = "quorate.rocksdb.library";

    /** Creates the provider; called by {@link java.util.ServiceLoader}. */
    public RocksEngineProvider() {}

    @Override
    public String name() {
        return "rocksdb";
    }

    @Override
    public boolean durable() {
        return true;
    }

    @Override
    public StorageEngine open(Path directory, List<Bucket> buckets) {
        load();
        return RocksEngine.open(directory, buckets);
    }

    private static void load() {
        String library = System.getProperty(LIBRARY, "");
        if (library.isEmpty() || !Files.exists(Path.of(library))) {
            RocksDB.loadLibrary();
            return;
        }
        try {
            RocksDB.loadLibrary(List.of(library));
        } catch (UnsatisfiedLinkError e) {
            throw new StorageException("cannot load RocksDB's native library from " + library, e);
        }
    }
}
