/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.h2;

import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageEngineProvider;
import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;
import org.h2.mvstore.MVStore;

/** The engine {@code memory}: MVStore without a file. */
@API(status = API.Status.EXPERIMENTAL)
public final class MemoryEngineProvider implements StorageEngineProvider {
    /** Creates the provider; called by {@link java.util.ServiceLoader}. */
    public MemoryEngineProvider() {}

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public boolean durable() {
        return false;
    }

    @Override
    public StorageEngine open(Path directory, List<Bucket> buckets) {
        MVStore store = new MVStore.Builder().autoCommitDisabled().open();
        store.setVersionsToKeep(0);
        return new MvStoreEngine(store, null, buckets);
    }
}
