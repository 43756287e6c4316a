/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import dev.quorate.raft.spi.PeerTransportProvider;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The peer transports on the class path. */
final class PeerTransports {
    private PeerTransports() {}

    /**
     * Finds a transport.
     *
     * @return what opens it; empty if there is none at all, so that a member can only be alone
     * @throws BootException if there are some, but none of that name; says which ones
     */
    static Optional<PeerTransportProvider> named(String name) {
        List<PeerTransportProvider> known = ServiceLoader.load(PeerTransportProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        Optional<PeerTransportProvider> found =
                known.stream().filter(provider -> provider.name().equals(name)).findFirst();
        if (found.isEmpty() && !known.isEmpty()) {
            throw new BootException("peer transport " + name + " is not known; there are: "
                    + known.stream().map(PeerTransportProvider::name).sorted().collect(Collectors.joining(", ")));
        }
        return found;
    }
}
