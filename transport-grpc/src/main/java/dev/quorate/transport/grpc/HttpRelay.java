/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.face.HttpBranch;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Relays connections, inside this JVM, to the branch that speaks HTTP. */
final class HttpRelay implements HttpSide {
    private final LocalAddress branch;
    private final LocalAddress http2Branch;

    HttpRelay(String address) {
        branch = new LocalAddress(address);
        http2Branch = new LocalAddress(address + HttpBranch.HTTP2_SUFFIX);
    }

    @Override
    public boolean speaksHttp2() {
        return true;
    }

    @Override
    public void take(ChannelHandlerContext context, boolean http2) {
        Inward inward = new Inward(context.channel());
        context.pipeline().addAfter(context.name(), null, inward);
        new Bootstrap()
                .group(context.channel().eventLoop())
                .channel(LocalChannel.class)
                .handler(new Outward(context.channel()))
                .connect(http2 ? http2Branch : branch)
                .addListener((ChannelFutureListener) connected -> {
                    if (connected.isSuccess()) {
                        inward.connect(connected.channel());
                    } else {
                        context.channel().close();
                    }
                });
    }

    /** From the client to the branch; keeps what comes before the branch is reached. */
    private static final class Inward extends ChannelInboundHandlerAdapter {
        private final Channel client;
        private final Queue<Object> early = new ArrayDeque<>();
        private @Nullable Channel branch;

        Inward(Channel client) {
            this.client = client;
        }

        void connect(Channel reached) {
            branch = reached;
            early.forEach(reached::write);
            early.clear();
            reached.flush();
            if (!client.isActive()) {
                reached.close();
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            Channel reached = branch;
            if (reached == null) {
                early.add(message);
            } else {
                reached.writeAndFlush(message);
                client.config().setAutoRead(reached.isWritable());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            Channel reached = branch;
            if (reached != null) {
                reached.close();
            }
            for (Object message : early) {
                ((ByteBuf) message).release();
            }
            early.clear();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    /** From the branch to the client. */
    private static final class Outward extends ChannelInboundHandlerAdapter {
        private final Channel client;

        Outward(Channel client) {
            this.client = client;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            client.writeAndFlush(message);
            context.channel().config().setAutoRead(client.isWritable());
            if (!client.isWritable()) {
                client.eventLoop()
                        .schedule(
                                () -> context.channel().config().setAutoRead(true),
                                10,
                                java.util.concurrent.TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            client.config().setAutoRead(context.channel().isWritable());
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            client.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
