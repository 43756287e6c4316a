/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http;

import dev.quorate.api.face.HttpBranch;
import dev.quorate.api.inbound.Services;
import dev.quorate.api.platform.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP side of the client port, on Vert.x at a Netty {@code LocalAddress}: whoever owns the port relays connections
 * with a {@code LocalChannel} to {@code new LocalAddress(name)}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class VertxHttpBranch implements HttpBranch {
    private static final Logger LOG = LoggerFactory.getLogger(VertxHttpBranch.class);
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

    /** Go's bound for the head of a request. */
    private static final int HEAD_BYTES_MAX = 1 << 20;

    private static final int START_SECONDS_MAX = 10;
    private static final int STOP_SECONDS_MAX = 1;
    private static final int INTERNAL_ERROR = 500;

    private @Nullable Vertx vertx;

    /** Creates a branch that does not serve yet. */
    public VertxHttpBranch() {}

    @Override
    public synchronized void start(String localAddress, Services services, Metrics metrics) {
        if (vertx != null) {
            throw new IllegalStateException("the HTTP branch runs already");
        }
        PrometheusMetrics own = metrics instanceof PrometheusMetrics known ? known : new PrometheusMetrics();
        Pages pages = new Pages(services, own);
        Vertx created = Vertx.builder()
                .with(new VertxOptions()
                        .setEventLoopPoolSize(1)
                        .setWorkerPoolSize(1)
                        .setInternalBlockingPoolSize(1)
                        .setFileSystemOptions(new FileSystemOptions()
                                .setClassPathResolvingEnabled(false)
                                .setFileCachingEnabled(false)))
                .withTransport(new LocalTransport())
                .build();
        try {
            listen(created, pages, localAddress, false);
            listen(created, pages, localAddress + HTTP2_SUFFIX, true);
        } catch (IllegalStateException e) {
            created.close();
            throw e;
        }
        vertx = created;
    }

    private static void listen(Vertx vertx, Pages pages, String address, boolean http2) {
        HttpServerOptions options = new HttpServerOptions()
                .setMaxInitialLineLength(HEAD_BYTES_MAX)
                .setMaxHeaderSize(HEAD_BYTES_MAX)
                .setHttp2ClearTextEnabled(http2); // etcd ignores a wish to upgrade
        await(
                vertx.createHttpServer(options)
                        .requestHandler(request -> serve(vertx, pages, request))
                        .listen(SocketAddress.domainSocketAddress(address)),
                START_SECONDS_MAX);
    }

    @Override
    public synchronized void stop() {
        Vertx running = vertx;
        vertx = null;
        if (running != null) {
            try {
                await(running.close(), STOP_SECONDS_MAX);
            } catch (IllegalStateException e) {
                LOG.warn("the HTTP branch did not stop", e);
            }
        }
    }

    private static void await(Future<?> outcome, int secondsMax) {
        try {
            outcome.toCompletionStage().toCompletableFuture().get(secondsMax, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the HTTP branch failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("the HTTP branch did not answer in " + secondsMax + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the HTTP branch starts or stops", e);
        }
    }

    private static void serve(Vertx vertx, Pages pages, HttpServerRequest request) {
        HttpMethod method = request.method();
        String accepted = request.getHeader("Accept-Encoding");
        var context = vertx.getOrCreateContext();
        pages.answer(method.name(), request.uri(), accepted != null && accepted.contains("gzip"))
                .whenComplete((page, failure) -> {
                    if (failure != null) {
                        LOG.warn("cannot answer {}", request.path(), failure);
                    }
                    Page shown = failure == null ? page : Page.error(INTERNAL_ERROR, "Internal Server Error");
                    context.runOnContext(none -> write(request, shown));
                });
    }

    private static void write(HttpServerRequest request, Page page) {
        HttpServerResponse response = request.response();
        if (response.closed() || response.ended()) {
            return;
        }
        response.setStatusCode(page.status())
                .putHeader("Access-Control-Allow-Headers", "accept, content-type, authorization")
                .putHeader("Access-Control-Allow-Methods", "POST, GET, OPTIONS, PUT, DELETE")
                .putHeader("Access-Control-Allow-Origin", "*");
        page.headers().forEach(response::putHeader);
        response.putHeader("Date", HTTP_DATE.format(ZonedDateTime.now(ZoneOffset.UTC)))
                .putHeader("Content-Length", Integer.toString(page.body().length()));
        if (request.version() == HttpVersion.HTTP_1_0 && !keepsAlive(request)) {
            response.putHeader("Connection", "close");
        }
        if (HttpMethod.HEAD.equals(request.method())) {
            response.end();
        } else {
            response.end(Buffer.buffer(page.body().toArray()));
        }
    }

    private static boolean keepsAlive(HttpServerRequest request) {
        String wish = request.getHeader("Connection");
        return wish != null && wish.toLowerCase(Locale.ROOT).contains("keep-alive");
    }
}
