/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.face;

import dev.quorate.api.security.Tls;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Where and how clients are served.
 *
 * @param clientUrls URLs to listen on, such as {@code http://127.0.0.1:2379}; port 0 lets the system choose. An address
 *     may be there with {@code http} and with {@code https}
 * @param tls for {@code https} URLs; null for none
 * @param requestBytesMax largest request in bytes; a transport takes 512 KiB more, the inside decides
 * @param concurrentStreamsMax streams of one connection
 * @param keepAliveMinNanos clients that ping more often are sent away
 * @param keepAliveIntervalNanos pings from here after so long without traffic
 * @param keepAliveTimeoutNanos a ping unanswered for so long ends the connection
 * @param watchProgressIntervalNanos how often a quiet watcher is told the revision
 */
@API(status = API.Status.EXPERIMENTAL)
public record ListenerSettings(
        List<String> clientUrls,
        @Nullable Tls tls,
        int requestBytesMax,
        long concurrentStreamsMax,
        long keepAliveMinNanos,
        long keepAliveIntervalNanos,
        long keepAliveTimeoutNanos,
        long watchProgressIntervalNanos) {
    /** Takes copies of lists. */
    public ListenerSettings {
        clientUrls = List.copyOf(clientUrls);
    }

    /**
     * Makes settings without TLS.
     *
     * @param clientUrls URLs to listen on
     * @param requestBytesMax largest request in bytes
     * @param concurrentStreamsMax streams of one connection
     * @param keepAliveMinNanos clients that ping more often are sent away
     * @param keepAliveIntervalNanos pings from here after so long without traffic
     * @param keepAliveTimeoutNanos a ping unanswered for so long ends the connection
     * @param watchProgressIntervalNanos how often a quiet watcher is told the revision
     */
    public ListenerSettings(
            List<String> clientUrls,
            int requestBytesMax,
            long concurrentStreamsMax,
            long keepAliveMinNanos,
            long keepAliveIntervalNanos,
            long keepAliveTimeoutNanos,
            long watchProgressIntervalNanos) {
        this(
                clientUrls,
                null,
                requestBytesMax,
                concurrentStreamsMax,
                keepAliveMinNanos,
                keepAliveIntervalNanos,
                keepAliveTimeoutNanos,
                watchProgressIntervalNanos);
    }
}
