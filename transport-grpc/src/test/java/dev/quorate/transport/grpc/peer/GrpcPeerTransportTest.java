/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.raft.spi.PeerObserver;
import dev.quorate.raft.spi.PeerSettings;
import dev.quorate.raft.spi.PeerTransportProvider.Peers;
import dev.quorate.raft.spi.contract.PeerTransportContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

class GrpcPeerTransportTest extends PeerTransportContract {
    @Override
    protected Peers open(PeerSettings settings, PeerObserver observer) {
        return new GrpcPeerTransportProvider().open(settings, observer);
    }

    @Override
    protected String freeAddress() {
        return "http://127.0.0.1:" + freePort();
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
