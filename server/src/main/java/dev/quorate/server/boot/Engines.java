/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import dev.quorate.api.storage.StorageEngineProvider;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The storage engines on the class path. */
final class Engines {
    private Engines() {}

    /** Finds an engine, or says which ones there are. */
    static StorageEngineProvider named(String name) {
        List<StorageEngineProvider> known = ServiceLoader.load(StorageEngineProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        return known.stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BootException("storage " + name + " is not known; there are: "
                        + known.stream()
                                .map(StorageEngineProvider::name)
                                .sorted()
                                .collect(Collectors.joining(", "))));
    }
}
