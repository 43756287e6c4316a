/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.channel.nio.NioIoHandler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LocalTooTest {
    @ChannelHandler.Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message);
        }
    }

    @Test
    void carriesLocalChannelsOnLoopsOfSockets() {
        EventLoopGroup branch = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
        EventLoopGroup port = new MultiThreadIoEventLoopGroup(1, LocalToo.beside(NioIoHandler.newFactory()));
        LocalAddress address = new LocalAddress("local-too-test");
        CompletableFuture<String> echoed = new CompletableFuture<>();
        try {
            new ServerBootstrap()
                    .group(branch)
                    .channel(LocalServerChannel.class)
                    .childHandler(new Echo())
                    .bind(address)
                    .syncUninterruptibly();
            Channel relay = new Bootstrap()
                    .group(port)
                    .channel(LocalChannel.class)
                    .handler(new SimpleChannelInboundHandler<ByteBuf>() {
                        @Override
                        protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
                            echoed.complete(message.toString(StandardCharsets.UTF_8));
                        }
                    })
                    .connect(address)
                    .syncUninterruptibly()
                    .channel();
            relay.writeAndFlush(Unpooled.copiedBuffer("x", StandardCharsets.UTF_8));

            assertThat(echoed.join()).isEqualTo("x");
        } finally {
            port.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            branch.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        }
    }
}
