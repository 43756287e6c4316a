/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalNettyServerBuilder;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.NettyServerBuilder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
import java.util.concurrent.TimeUnit;

/**
 * Decides by its first bytes what a connection speaks: without the HTTP/2 preface it is HTTP/1.x; behind the preface,
 * the first request tells by its content type whether it is gRPC. Some clients wait for the server's settings before
 * they send one, so empty settings go out first. A connection on which nothing is asked is gRPC's after a while.
 *
 * <p>The one place that touches internals of grpc-netty; a test per upgrade guards it.
 */
final class SharedPort implements InternalProtocolNegotiator.ProtocolNegotiator {
    private static final int UNDECIDED_SECONDS_MAX = 3;
    private static final ByteBuf EMPTY_SETTINGS =
            Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}));
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
        private boolean greeted;

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
                    toHttp(context, false);
                    return;
                }
            }
            if (seen < PREFACE.length) {
                return;
            }
            switch (http.speaksHttp2() ? FirstFrames.speechOf(in) : FirstFrames.Speech.GRPC) {
                case GRPC -> toGrpc(context);
                case HTTP -> toHttp(context, true);
                default -> greet(context);
            }
        }

        private void greet(ChannelHandlerContext context) {
            if (!greeted) {
                greeted = true;
                context.writeAndFlush(EMPTY_SETTINGS.duplicate());
                Runnable decide = () -> {
                    if (!context.isRemoved()) {
                        toGrpc(context);
                    }
                };
                context.executor().schedule(decide, UNDECIDED_SECONDS_MAX, TimeUnit.SECONDS);
            }
        }

        private void toGrpc(ChannelHandlerContext context) {
            context.pipeline().addAfter(context.name(), null, grpcHandler);
            context.pipeline().addAfter(context.name(), null, new LatePings());
            events.forEach(context::fireUserEventTriggered);
            context.pipeline().remove(this);
        }

        private void toHttp(ChannelHandlerContext context, boolean http2) {
            http.take(context, http2);
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
