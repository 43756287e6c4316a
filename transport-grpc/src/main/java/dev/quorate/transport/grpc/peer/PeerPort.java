/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.raft.spi.PeerTls;
import dev.quorate.raft.spi.PeerUrl;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Listens where other members reach this one. */
final class PeerPort {
    private static final int BACKLOG = 1024;
    private static final int CALLS_PER_CONNECTION_MAX = 1024;
    private static final long HANDSHAKE_SECONDS_MAX = 10;

    private PeerPort() {}

    /**
     * Listens.
     *
     * @throws IOException if the address cannot be listened on
     */
    static Server listen(PeerUrl url, @Nullable PeerTls tls, Loop loop, PeerService service) throws IOException {
        InetSocketAddress address = new InetSocketAddress(url.host(), url.port());
        if (address.isUnresolved()) {
            throw new IOException("cannot listen on " + url + ": unknown host");
        }
        NettyServerBuilder builder = NettyServerBuilder.forAddress(address)
                .bossEventLoopGroup(loop.group())
                .workerEventLoopGroup(loop.group())
                .channelType(loop.serverChannelType())
                .directExecutor()
                .withOption(ChannelOption.SO_BACKLOG, BACKLOG)
                .withChildOption(ChannelOption.TCP_NODELAY, true)
                .handshakeTimeout(HANDSHAKE_SECONDS_MAX, TimeUnit.SECONDS)
                .flowControlWindow(Channels.WINDOW_BYTES)
                .maxInboundMetadataSize(Channels.METADATA_BYTES_MAX)
                .maxInboundMessageSize(Channels.MESSAGE_BYTES_MAX)
                .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
                .addService(service.definition());
        if (url.tls() && tls != null) {
            builder.sslContext(TlsContexts.server(tls));
        }
        try {
            return builder.build().start();
        } catch (IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("cannot listen on " + url + ": " + cause.getMessage(), e);
        }
    }
}
