/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.face.Face;
import dev.quorate.api.face.ListenerSettings;
import dev.quorate.api.inbound.Services;
import dev.quorate.api.platform.Metrics;
import java.io.IOException;
import org.apiguardian.api.API;

/** Serves the v3 API over gRPC, and on the same ports what is not gRPC. */
@API(status = API.Status.EXPERIMENTAL)
public final class GrpcFace implements Face {
    /** Creates the face; called by {@link java.util.ServiceLoader}. */
    public GrpcFace() {}

    @Override
    public String name() {
        return "grpc";
    }

    @Override
    public Running start(Services services, ListenerSettings settings, Metrics metrics) throws IOException {
        return GrpcListeners.start(services, settings, metrics);
    }
}
