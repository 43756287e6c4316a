/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import dev.quorate.api.face.Face;
import dev.quorate.api.face.ListenerSettings;
import dev.quorate.api.inbound.Services;
import dev.quorate.api.platform.Metrics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Where clients are served: the faces on the class path, once the member is ready for them. Thread-safe. */
final class ClientPorts implements AutoCloseable {
    private final List<Face.Running> faces = new ArrayList<>();
    private boolean closing;

    /**
     * Begins to listen.
     *
     * @param services what is served
     * @param settings where and how; nothing is done if it names no URL
     * @param metrics takes measurements
     * @throws BootException if nobody can listen there, or the member stops already
     */
    synchronized void open(Services services, ListenerSettings settings, Metrics metrics) {
        if (settings.clientUrls().isEmpty()) {
            return;
        }
        if (closing) {
            throw new BootException("the member was closed while it started");
        }
        List<Face> found = ServiceLoader.load(Face.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        if (found.isEmpty()) {
            throw new BootException("no transport is on the class path, so nobody can listen on "
                    + settings.clientUrls() + ": add quorate-transport-grpc");
        }
        for (Face face : found) {
            try {
                faces.add(face.start(services, settings, metrics));
            } catch (IOException e) {
                throw new BootException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
            }
        }
    }

    /** Returns where clients reach the member: URLs with real port numbers. */
    synchronized List<String> urls() {
        return faces.stream().flatMap(face -> face.clientUrls().stream()).toList();
    }

    /** Lets nobody in any more, and lets calls end for a short while. */
    synchronized void drain() {
        closing = true;
        faces.forEach(Face.Running::drain);
    }

    /** Cuts off what is left. By then the member has failed what waits, so that clients hear why. */
    @Override
    public synchronized void close() {
        closing = true;
        faces.forEach(Face.Running::close);
    }
}
