/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.face;

import dev.quorate.api.inbound.Services;
import dev.quorate.api.platform.Metrics;
import org.apiguardian.api.API;

/**
 * Serves what is not gRPC on the shared client port. The face that owns the port finds it by
 * {@link java.util.ServiceLoader} and relays connections to it inside the JVM.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface HttpBranch {
    /** Behind the name of a branch: where it takes HTTP/2 connections; at the name itself it takes HTTP/1.x. */
    String HTTP2_SUFFIX = "-http2";

    /**
     * Begins to serve at a name inside this JVM, and at the same name with {@link #HTTP2_SUFFIX}.
     *
     * @param localAddress the name, one per branch; no network address
     * @param services what to serve
     * @param metrics takes measurements; the branch may answer with them if they are its own
     * @throws IllegalStateException if it runs already
     */
    void start(String localAddress, Services services, Metrics metrics);

    /** Stops serving. */
    void stop();
}
