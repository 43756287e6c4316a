/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import dev.quorate.api.storage.StorageEngineProvider;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/** The storage engines on the class path. */
@API(status = API.Status.INTERNAL)
public final class Engines {
    private Engines() {}

    /**
     * Finds an engine.
     *
     * @param name its name
     * @return what opens it
     * @throws BootException if there is none of that name; says which ones there are
     */
    public static StorageEngineProvider named(String name) {
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
