/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.spi.transport.Transport;

/** Lets Vert.x serve connections inside this JVM: an address is a name, and no socket is ever opened. */
final class LocalTransport implements io.vertx.core.transport.Transport, Transport {
    @Override
    public String name() {
        return "local";
    }

    @Override
    public boolean available() {
        return true;
    }

    @Override
    public Throwable unavailabilityCause() {
        throw new IllegalStateException("the transport is available");
    }

    @Override
    public Transport implementation() {
        return this;
    }

    @Override
    public boolean supportsDomainSockets() {
        return true; // Vert.x's other word for an address that is a name
    }

    @Override
    public java.net.SocketAddress convert(SocketAddress address) {
        return new LocalAddress(address.isDomainSocket() ? address.path() : address.host());
    }

    @Override
    public SocketAddress convert(java.net.SocketAddress address) {
        return address instanceof LocalAddress local
                ? SocketAddress.domainSocketAddress(local.id())
                : Transport.super.convert(address);
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return LocalIoHandler.newFactory();
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return LocalChannel::new;
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return LocalServerChannel::new;
    }

    @Override
    @SuppressWarnings("deprecation") // Vert.x's SPI has it
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        throw new UnsupportedOperationException("nothing leaves this JVM");
    }

    @Override
    public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
        return NioDatagramChannel::new; // asked for at the start, opened only to resolve names, which nobody does
    }

    @Override
    public void configure(TcpConfig options, boolean domainSocket, Bootstrap bootstrap) {
        // options of TCP mean nothing here
    }

    @Override
    public void configure(TcpConfig options, boolean domainSocket, ServerBootstrap bootstrap) {
        // options of TCP mean nothing here
    }
}
