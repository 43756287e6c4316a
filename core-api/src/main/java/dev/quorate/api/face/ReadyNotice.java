/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.face;

import java.io.IOException;
import org.apiguardian.api.API;

/**
 * Tells a supervisor that the process is ready, over the Unix datagram socket of systemd's {@code NOTIFY_SOCKET}. Found
 * by {@link java.util.ServiceLoader}: the JDK has no such sockets, so a transport brings them.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface ReadyNotice {
    /**
     * Sends {@code READY=1}.
     *
     * @param socket path of the socket; one that begins with {@code @} is an abstract name
     * @throws IOException if it cannot be sent
     */
    void send(String socket) throws IOException;
}
