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
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides by its first bytes what a connection speaks: without the HTTP/2 preface it is HTTP/1.x; behind the preface,
 * the first request tells by its content type whether it is gRPC. Some clients wait for the server's settings before
 * they send one, so empty settings go out first. A connection on which nothing is asked is gRPC's after a while.
 *
 * <p>If the port has TLS, a connection that begins with a handshake is deciphered first; whether one that does not is
 * taken is the port's affair.
 *
 * <p>The one place that touches internals of grpc-netty; a test per upgrade guards it.
 */
final class SharedPort implements InternalProtocolNegotiator.ProtocolNegotiator {
    private static final Logger LOG = LoggerFactory.getLogger(SharedPort.class);
    private static final int UNDECIDED_SECONDS_MAX = 3;
    private static final ByteBuf EMPTY_SETTINGS =
            Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}));
    private static final byte[] PREFACE = "PRI * HTTP/2.0".getBytes(StandardCharsets.US_ASCII);

    private final InternalProtocolNegotiator.ProtocolNegotiator grpc = InternalProtocolNegotiators.serverPlaintext();
    private final HttpSide http;
    private final @Nullable PortTls tls;

    private SharedPort(HttpSide http, @Nullable PortTls tls) {
        this.http = http;
        this.tls = tls;
    }

    static void install(NettyServerBuilder builder, HttpSide http, @Nullable PortTls tls) {
        builder.protocolNegotiator(new SharedPort(http, tls));
        InternalNettyServerBuilder.setStatsEnabled(builder, false);
        InternalNettyServerBuilder.setTracingEnabled(builder, false);
    }

    @Override
    public AsciiString scheme() {
        return grpc.scheme();
    }

    @Override
    public ChannelHandler newHandler(GrpcHttp2ConnectionHandler handler) {
        return new FirstBytes(grpc.newHandler(handler), tls, new ArrayList<>());
    }

    @Override
    public void close() {
        grpc.close();
    }

    /** Waits for enough bytes to decide. */
    private final class FirstBytes extends ByteToMessageDecoder {
        private final ChannelHandler grpcHandler;
        private final @Nullable PortTls outer; // null once it is deciphered, or if there is nothing to decipher
        private final List<Object> events;
        private boolean greeted;

        FirstBytes(ChannelHandler grpcHandler, @Nullable PortTls outer, List<Object> events) {
            this.grpcHandler = grpcHandler;
            this.outer = outer;
            this.events = events;
        }

        /** Keeps the event by which gRPC begins to negotiate until it is known that the connection is its own. */
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            if (event.getClass().getName().startsWith("io.grpc.")) {
                events.add(event);
            } else if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
                LOG.atWarn()
                        .addKeyValue("remote-addr", context.channel().remoteAddress())
                        .addKeyValue("error", handshake.cause().getMessage())
                        .log("rejected connection on client endpoint");
                context.close();
            } else {
                super.userEventTriggered(context, event);
            }
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            PortTls around = outer;
            if (around != null && PortTls.isSecured(in.getUnsignedByte(in.readerIndex()))) {
                decipher(context, around);
                return;
            }
            if (around != null && !around.plainToo()) {
                in.skipBytes(in.readableBytes());
                context.close();
                return;
            }
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

        /** Puts TLS in front, and decides anew by what it lets through. */
        private void decipher(ChannelHandlerContext context, PortTls around) {
            context.pipeline()
                    .addAfter(context.name(), null, new FirstBytes(grpcHandler, null, events))
                    .addAfter(context.name(), null, around.newHandler(context.alloc()));
            context.pipeline().remove(this);
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
            context.pipeline().addBefore(context.name(), null, new OnlyBytes());
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
