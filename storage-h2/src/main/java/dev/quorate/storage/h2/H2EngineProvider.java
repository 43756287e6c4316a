/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.h2;

import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageEngineProvider;
import dev.quorate.api.storage.StorageException;
import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.store.fs.FilePath;

/** The engine {@code h2}: MVStore on one file. */
@API(status = API.Status.EXPERIMENTAL)
public final class H2EngineProvider implements StorageEngineProvider {
    static final String FILE = "quorate.mv.db";
    private static final int CACHE_MEGABYTES = 64;

    static {
        // Where programs run with assertions, H2 2.4.240 fails one of its own when a file is compacted: it takes a hole
        // for the end of the file if the hole crosses a boundary. Without it the chunk moves into that hole, which is
        // free, and all is well.
        ClassLoader loader = MVStore.class.getClassLoader();
        if (loader != null) {
            loader.setClassAssertionStatus("org.h2.mvstore.FreeSpaceBitSet", false);
            loader.setClassAssertionStatus("org.h2.mvstore.RandomAccessStore", false);
        }
        FilePath.register(new SteadyFilePath());
        FilePath.register(new AtomicFilePath());
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
        return open(AtomicFilePath.SCHEME + ":" + SteadyFilePath.SCHEME + ":", directory, buckets);
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
            throw new StorageException("cannot open the store " + file + ": " + reason(e), e);
        }
    }

    private static String reason(RuntimeException e) {
        if (e instanceof MVStoreException store && store.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
            return "it is in use by another engine";
        }
        return MvStoreEngine.reason(e);
    }
}
