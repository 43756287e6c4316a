/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.inbound.Health;
import dev.quorate.api.inbound.Services;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The little HTTP that a supervisor needs, for class paths without a branch of its own: health and version. */
final class PlainHttp implements HttpSide {
    private static final int REQUEST_BYTES_MAX = 64 << 10;

    private final Services services;

    PlainHttp(Services services) {
        this.services = services;
    }

    @Override
    public boolean speaksHttp2() {
        return false;
    }

    @Override
    public void take(ChannelHandlerContext context, boolean http2) {
        context.pipeline()
                .addAfter(context.name(), "http-answer", new Answer())
                .addAfter(context.name(), "http-whole", new HttpObjectAggregator(REQUEST_BYTES_MAX))
                .addAfter(context.name(), "http-codec", new HttpServerCodec());
    }

    private record Page(HttpResponseStatus status, String body) {}

    private CompletableFuture<Page> page(String uri) {
        QueryStringDecoder query = new QueryStringDecoder(uri);
        Health health = services.health();
        return switch (query.path()) {
            case "/health" ->
                health.health(
                                query.parameters()
                                        .getOrDefault("serializable", List.of())
                                        .contains("true"),
                                new HashSet<>(query.parameters().getOrDefault("exclude", List.of())))
                        .thenApply(reason -> new Page(
                                reason.isEmpty() ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE,
                                "{\"health\":\"" + reason.isEmpty() + "\",\"reason\":\"" + reason + "\"}"));
            case "/livez" -> checks(health, Health.LIVE);
            case "/readyz" -> checks(health, Health.READY);
            case "/version" ->
                CompletableFuture.completedFuture(new Page(
                        HttpResponseStatus.OK,
                        "{\"etcdserver\":\"3.7.1\",\"etcdcluster\":\"" + health.clusterVersion() + "\",\"storage\":\""
                                + health.storageVersion() + "\"}"));
            default ->
                CompletableFuture.completedFuture(new Page(HttpResponseStatus.NOT_FOUND, "404 page not found\n"));
        };
    }

    private static CompletableFuture<Page> checks(Health health, List<String> names) {
        CompletableFuture<Boolean> well = CompletableFuture.completedFuture(true);
        for (String name : names) {
            well = well.thenCombine(
                    health.check(name),
                    (before, check) -> before && check.failure().isEmpty());
        }
        return well.thenApply(all -> new Page(
                all ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE, all ? "ok\n" : "failed\n"));
    }

    /** Answers one request after the other. */
    private final class Answer extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            page(request.uri()).whenComplete((page, failure) -> {
                Page shown = failure == null
                        ? page
                        : new Page(HttpResponseStatus.INTERNAL_SERVER_ERROR, String.valueOf(failure.getMessage()));
                ByteBuf body = ByteBufUtil.writeUtf8(context.alloc(), shown.body());
                DefaultFullHttpResponse response =
                        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, shown.status(), body);
                response.headers()
                        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                        .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                        .set(HttpHeaderNames.CONNECTION, "close");
                context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
            });
        }
    }
}
