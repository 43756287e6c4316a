/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.face;

import dev.quorate.api.inbound.Services;
import dev.quorate.api.platform.Metrics;
import java.io.IOException;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A transport that serves the inbound ports. Found by {@link java.util.ServiceLoader}; a member starts every one on the
 * class path when its configuration asks for listeners.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface Face {
    /**
     * Returns the name in logs.
     *
     * @return the name
     */
    String name();

    /**
     * Begins to listen. When it returns, clients are answered.
     *
     * @param services what to serve
     * @param settings where and how
     * @param metrics takes measurements
     * @return the running face
     * @throws IOException if an address cannot be had; the message names it
     */
    Running start(Services services, ListenerSettings settings, Metrics metrics) throws IOException;

    /** A face that listens. */
    interface Running extends AutoCloseable {
        /**
         * Returns the addresses that clients reach.
         *
         * @return URLs, with real port numbers where the settings had 0
         */
        List<String> clientUrls();

        /**
         * Takes no new calls, and lets those under way end for a short while. Blocks until they have, or the while is
         * over. Calls that wait still are to be failed by the member before it closes this face: they would not hear
         * why otherwise.
         */
        void drain();

        /** Lets answers leave that are there, cuts off calls that have none, and stops. */
        @Override
        void close();
    }
}
