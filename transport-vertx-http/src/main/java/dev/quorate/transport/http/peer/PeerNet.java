/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.raft.spi.PeerTls;
import dev.quorate.raft.spi.PeerUrl;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event loop and the two clients on it: one for streams, which breaks those that fall silent, one for the rest. */
final class PeerNet {
    private static final Logger LOG = LoggerFactory.getLogger(PeerNet.class);
    private static final int CONNECTIONS_PER_URL_MAX = 64;
    private static final int CHUNK_BYTES_MAX = 128 << 10;

    /** Shorter than the time after which members close connections that are idle. */
    private static final int KEEP_ALIVE_SECONDS = 3;

    private static final int USER_TIMEOUT_MILLIS = 5_000;

    private final Vertx vertx;
    private final Context loop;
    private final HttpClient streams;
    private final HttpClient requests;
    private final long dialTimeoutMillis;

    PeerNet(@Nullable PeerTls tls, long dialTimeoutNanos) {
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setPreferNativeTransport(true)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        loop = vertx.getOrCreateContext();
        dialTimeoutMillis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(dialTimeoutNanos));
        streams = client(tls, options().setReadIdleTimeout((int)
                TimeUnit.NANOSECONDS.toSeconds(StreamReader.READ_TIMEOUT_NANOS)));
        requests = client(tls, options());
    }

    private HttpClientOptions options() {
        return new HttpClientOptions()
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setTcpUserTimeout(USER_TIMEOUT_MILLIS)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setMaxChunkSize(CHUNK_BYTES_MAX)
                .setConnectTimeout((int) Math.min(Integer.MAX_VALUE, dialTimeoutMillis));
    }

    private HttpClient client(@Nullable PeerTls tls, HttpClientOptions options) {
        var builder = vertx.httpClientBuilder()
                .with(options.setVerifyHost(true))
                .with(new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_URL_MAX))
                .withConnectHandler(PeerNet::hush);
        if (tls != null) {
            builder.with(new ContextTls(tls.client(), false));
        }
        return builder.build();
    }

    /** A connection that breaks is told by whoever used it; Vert.x would call it an error. */
    static void hush(HttpConnection connection) {
        connection.exceptionHandler(
                failure -> LOG.debug("a connection of the peer transport broke: {}", failure.getMessage()));
    }

    Vertx vertx() {
        return vertx;
    }

    Context loop() {
        return loop;
    }

    /** Client of streams: a connection from which nothing comes for the read timeout is closed. */
    HttpClient streams() {
        return streams;
    }

    /** Client of everything else. */
    HttpClient requests() {
        return requests;
    }

    /** Connects; the answer comes on the event loop. To be called there. */
    Future<HttpClientRequest> request(HttpClient client, PeerUrl url, HttpMethod method, String path) {
        return client.request(new RequestOptions()
                .setMethod(method)
                .setHost(url.host())
                .setPort(url.port())
                .setSsl(url.tls())
                .setConnectTimeout(dialTimeoutMillis)
                .setURI(path));
    }

    Future<Void> close() {
        return vertx.close();
    }
}
