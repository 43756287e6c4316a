/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalNettyServerBuilder;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.NettyServerBuilder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides by its first bytes what a connection speaks: the HTTP/2 preface means gRPC, anything else HTTP/1.x.
 *
 * <p>The one place that touches internals of grpc-netty; a test per upgrade guards it.
 */
final class SharedPort implements InternalProtocolNegotiator.ProtocolNegotiator {
    private static final byte[] PREFACE = "PRI * HTTP/2.0".getBytes(StandardCharsets.US_ASCII);

    private final InternalProtocolNegotiator.ProtocolNegotiator grpc = InternalProtocolNegotiators.serverPlaintext();
    private final HttpSide http;

    private SharedPort(HttpSide http) {
        this.http = http;
    }

    static void install(NettyServerBuilder builder, HttpSide http) {
        builder.protocolNegotiator(new SharedPort(http));
        InternalNettyServerBuilder.setStatsEnabled(builder, false);
        InternalNettyServerBuilder.setTracingEnabled(builder, false);
    }

    @Override
    public AsciiString scheme() {
        return grpc.scheme();
    }

    @Override
    public ChannelHandler newHandler(GrpcHttp2ConnectionHandler handler) {
        return new FirstBytes(grpc.newHandler(handler));
    }

    @Override
    public void close() {
        grpc.close();
    }

    /** Waits for enough bytes to decide. */
    private final class FirstBytes extends ByteToMessageDecoder {
        private final ChannelHandler grpcHandler;

        private final List<Object> events = new ArrayList<>();

        FirstBytes(ChannelHandler grpcHandler) {
            this.grpcHandler = grpcHandler;
        }

        /** Keeps the event by which gRPC begins to negotiate until it is known that the connection is its own. */
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            if (event.getClass().getName().startsWith("io.grpc.")) {
                events.add(event);
            } else {
                super.userEventTriggered(context, event);
            }
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            int seen = Math.min(in.readableBytes(), PREFACE.length);
            for (int i = 0; i < seen; i++) {
                if (in.getByte(in.readerIndex() + i) != PREFACE[i]) {
                    toHttp(context);
                    return;
                }
            }
            if (seen == PREFACE.length) {
                context.pipeline().addAfter(context.name(), null, grpcHandler);
                context.pipeline().addAfter(context.name(), null, new LatePings());
                events.forEach(context::fireUserEventTriggered);
                context.pipeline().remove(this);
            }
        }

        private void toHttp(ChannelHandlerContext context) {
            http.take(context);
            for (String name : context.pipeline().names()) {
                ChannelHandler handler = context.pipeline().get(name);
                if (handler != null && handler.getClass().getName().startsWith("io.grpc.")) {
                    context.pipeline().remove(handler);
                }
            }
            context.pipeline().addFirst(new OnlyBytes());
            context.pipeline().remove(this);
        }
    }

    /** Drops the commands that gRPC writes into a connection that it thinks is its own. */
    private static final class OnlyBytes extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof ByteBuf) {
                context.write(message, promise);
            } else {
                ReferenceCountUtil.release(message);
                promise.setSuccess();
            }
        }
    }
}
