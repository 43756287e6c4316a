/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.h2;

import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageEngineProvider;
import dev.quorate.api.storage.StorageException;
import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.store.fs.FilePath;

/** The engine {@code h2}: MVStore on one file. */
@API(status = API.Status.EXPERIMENTAL)
public final class H2EngineProvider implements StorageEngineProvider {
    private static final String FILE = "quorate.mv.db";
    private static final int CACHE_MEGABYTES = 64;

    static {
        FilePath.register(new SteadyFilePath());
    }

    /** Creates the provider; called by {@link java.util.ServiceLoader}. */
    public H2EngineProvider() {}

    @Override
    public String name() {
        return "h2";
    }

    @Override
    public boolean durable() {
        return true;
    }

    @Override
    public StorageEngine open(Path directory, List<Bucket> buckets) {
        return open(SteadyFilePath.SCHEME + ":", directory, buckets);
    }

    static StorageEngine open(String scheme, Path directory, List<Bucket> buckets) {
        Path file = directory.resolve(FILE);
        MVStore store = null;
        try {
            store = new MVStore.Builder()
                    .fileName(scheme + file.toAbsolutePath())
                    .autoCommitDisabled()
                    .autoCommitBufferSize(0)
                    .cacheSize(CACHE_MEGABYTES)
                    .open();
            store.setVersionsToKeep(0);
            return new MvStoreEngine(store, file, buckets);
        } catch (MVStoreException | IllegalArgumentException e) {
            if (store != null) {
                store.closeImmediately();
            }
            throw new StorageException("cannot open the store " + file + ": " + e.getMessage(), e);
        }
    }
}
