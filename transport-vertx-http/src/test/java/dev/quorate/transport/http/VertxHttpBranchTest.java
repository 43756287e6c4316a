/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.face.HttpBranch;
import dev.quorate.api.platform.Metrics;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Talks to the branch as a relay does, over a local channel. */
class VertxHttpBranchTest {
    private static final EventLoopGroup LOOPS = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
    private static final Pattern DATE = Pattern.compile("Date: \\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT");
    private static final String ADDRESS = "branch-under-test";
    private static final String CORS = String.join(
            "\r\n",
            "Access-Control-Allow-Headers: accept, content-type, authorization",
            "Access-Control-Allow-Methods: POST, GET, OPTIONS, PUT, DELETE",
            "Access-Control-Allow-Origin: *",
            "");

    private final FakeServices member = new FakeServices();
    private final VertxHttpBranch branch = new VertxHttpBranch();

    @BeforeEach
    void start() {
        branch.start(ADDRESS, member.ports(), new PrometheusMetrics());
    }

    @AfterEach
    void stop() {
        branch.stop();
    }

    @AfterAll
    static void stopLoops() {
        LOOPS.shutdownGracefully();
    }

    /**
     * Sends bytes and returns what comes until the branch closes the connection; a branch that hangs fails the test.
     */
    private static String talk(String request) {
        StringBuilder answer = new StringBuilder();
        CompletableFuture<String> whole = new CompletableFuture<>();
        Channel channel = new Bootstrap()
                .group(LOOPS)
                .channel(LocalChannel.class)
                .handler(new SimpleChannelInboundHandler<ByteBuf>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
                        answer.append(message.toString(StandardCharsets.ISO_8859_1));
                    }

                    @Override
                    public void channelInactive(ChannelHandlerContext context) {
                        whole.complete(answer.toString());
                    }
                })
                .connect(new LocalAddress(ADDRESS))
                .syncUninterruptibly()
                .channel();
        channel.writeAndFlush(Unpooled.copiedBuffer(request, StandardCharsets.ISO_8859_1));
        return DATE.matcher(whole.orTimeout(30, TimeUnit.SECONDS).join()).replaceAll("Date: D");
    }

    @Test
    void answersLikeEtcd() {
        assertThat(talk("GET /version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK\r\n" + CORS + "Content-Type: application/json\r\nDate: D\r\n")
                .contains("\r\nContent-Length: 62\r\n")
                .endsWith("\r\n\r\n{\"etcdserver\":\"3.7.1\",\"etcdcluster\":\"3.7.0\",\"storage\":\"3.7.0\"}");
    }

    @Test
    void closesAfterAnOldRequest() {
        assertThat(talk("GET /livez HTTP/1.0\r\n\r\n"))
                .startsWith("HTTP/1.0 200 OK\r\n")
                .endsWith("\r\n\r\nok\n");
    }

    @Test
    void sendsNoBodyForHead() {
        assertThat(talk("HEAD /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405 Method Not Allowed\r\n" + CORS + "Allow: GET\r\n")
                .contains("\r\nContent-Length: 19\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void readsPastABodyToTheNextRequest() {
        String body = "x".repeat(3 << 20);

        assertThat(talk("POST /nope HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body
                        + "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404 Not Found\r\n")
                .contains("404 page not found\nHTTP/1.1 200 OK\r\n")
                .endsWith("\r\n\r\nok\n");
    }

    @Test
    void ignoresAWishForHttp2() {
        assertThat(talk(String.join(
                        "\r\n",
                        "GET /livez HTTP/1.1",
                        "Host: x",
                        "Connection: Upgrade, HTTP2-Settings",
                        "Upgrade: h2c",
                        "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA",
                        "",
                        "GET /version HTTP/1.1",
                        "Host: x",
                        "Connection: close",
                        "",
                        "")))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("\r\n\r\nok\nHTTP/1.1 200 OK\r\n");
    }

    @Test
    void answersMetricsOfTheMember() {
        assertThat(talk("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .contains("Content-Type: text/plain; version=0.0.4; charset=utf-8; escaping=underscores\r\n")
                .contains("\netcd_server_health_success 0\n");
    }

    @Test
    void servesAgainUnderItsNameAfterAStop() {
        assertThatThrownBy(() -> branch.start("other", member.ports(), Metrics.NONE))
                .isInstanceOf(IllegalStateException.class);
        branch.stop();
        branch.stop();
        branch.start(ADDRESS, member.ports(), Metrics.NONE);

        assertThat(talk("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .contains("\nprocess_start_time_seconds ");
    }

    @Test
    void isFoundByItsPort() {
        assertThat(ServiceLoader.load(HttpBranch.class)).hasExactlyElementsOfTypes(VertxHttpBranch.class);
    }
}
