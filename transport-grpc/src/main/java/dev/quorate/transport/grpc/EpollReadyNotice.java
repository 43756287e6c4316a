/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.face.ReadyNotice;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apiguardian.api.API;

/** The notice over Netty's epoll transport. */
@API(status = API.Status.EXPERIMENTAL)
public final class EpollReadyNotice implements ReadyNotice {
    /** Creates the notice; called by {@link java.util.ServiceLoader}. */
    public EpollReadyNotice() {}

    @Override
    public void send(String socket) throws IOException {
        if (!Epoll.isAvailable()) {
            throw new IOException("there is no epoll on this system");
        }
        MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("quorate-notify", true), EpollIoHandler.newFactory());
        try {
            String address = socket.startsWith("@") ? "\0" + socket.substring(1) : socket;
            // Connected, since Netty writes nothing on a socket that is neither bound nor connected.
            Channel channel = new Bootstrap()
                    .group(loop)
                    .channel(EpollDomainDatagramChannel.class)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(new DomainSocketAddress(address))
                    .syncUninterruptibly()
                    .channel();
            channel.writeAndFlush(ByteBufUtil.writeUtf8(channel.alloc(), "READY=1"))
                    .syncUninterruptibly();
        } catch (RuntimeException e) {
            throw new IOException("cannot write to " + socket + ": " + e, e);
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }
}
