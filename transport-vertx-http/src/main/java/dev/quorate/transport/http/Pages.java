/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.inbound.Health;
import dev.quorate.api.inbound.Services;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;

/** Every path that is served, and what is answered there. Knows nothing of a network. Thread-safe. */
final class Pages {
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

    /** The version of etcd whose contract is kept. */
    private static final String SERVER_VERSION = "3.7.1";

    private final Health health;
    private final HealthPages healthPages;
    private final DebugVars debugVars;
    private final PrometheusMetrics metrics;

    Pages(Services services, PrometheusMetrics metrics) {
        this.health = services.health();
        this.healthPages = new HealthPages(services.health(), metrics);
        this.debugVars = new DebugVars(services.maintenance());
        this.metrics = metrics;
    }

    /**
     * Answers a request.
     *
     * @param method such as GET
     * @param uri path and query, as the client wrote them
     * @param gzip whether the client takes compressed answers
     * @return the answer; it never fails by what a client sends
     */
    CompletableFuture<Page> answer(String method, String uri, boolean gzip) {
        if (method.equals("OPTIONS")) {
            return done(Page.empty());
        }
        String path;
        Map<String, List<String>> query;
        try {
            QueryStringDecoder decoder = new QueryStringDecoder(uri, StandardCharsets.UTF_8);
            path = decoder.path();
            query = decoder.parameters();
        } catch (IllegalArgumentException e) { // an escape that is none
            return done(Page.error(400, "400 Bad Request"));
        }
        return path.equals("/metrics") ? done(metrics(gzip)) : onlyGet(method, path, query);
    }

    private CompletableFuture<Page> onlyGet(String method, String path, Map<String, List<String>> query) {
        return switch (path) {
            case "/health" -> get(method, () -> healthPages.health(query));
            case "/version" -> get(method, () -> done(version()));
            case "/debug/vars" -> get(method, debugVars::page);
            case "/livez" -> get(method, () -> healthPages.checks("livez", Health.LIVE, query));
            case "/readyz" -> get(method, () -> healthPages.checks("readyz", Health.READY, query));
            default -> oneCheck(method, path, query);
        };
    }

    private CompletableFuture<Page> oneCheck(String method, String path, Map<String, List<String>> query) {
        int slash = path.indexOf('/', 1);
        String kind = slash < 0 ? "" : path.substring(1, slash);
        String name = path.substring(slash + 1);
        boolean known = (kind.equals("livez") && Health.LIVE.contains(name))
                || (kind.equals("readyz") && Health.READY.contains(name));
        return known
                ? get(method, () -> healthPages.check(kind, name, query))
                : done(Page.error(NOT_FOUND, "404 page not found"));
    }

    private static CompletableFuture<Page> get(String method, Supplier<CompletableFuture<Page>> page) {
        return method.equals("GET")
                ? page.get()
                : done(Page.error(METHOD_NOT_ALLOWED, "Method Not Allowed").with("Allow", "GET"));
    }

    private static CompletableFuture<Page> done(Page page) {
        return CompletableFuture.completedFuture(page);
    }

    private Page version() {
        String storage = health.storageVersion();
        return Page.ok(
                "application/json",
                "{\"etcdserver\":" + Json.quote(SERVER_VERSION) + ",\"etcdcluster\":"
                        + Json.quote(health.clusterVersion()) + ",\"storage\":"
                        + Json.quote(storage.isEmpty() ? "unknown" : storage) + "}");
    }

    private Page metrics(boolean gzip) {
        Bytes text = Bytes.utf8(metrics.text());
        Page page = new Page(200, Map.of(Page.TYPE, METRICS_TYPE), gzip ? zipped(text) : text);
        return gzip ? page.with("Content-Encoding", "gzip") : page;
    }

    private static Bytes zipped(Bytes text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream zip = new GZIPOutputStream(out)) {
            text.writeTo(zip);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return Bytes.wrap(out.toByteArray());
    }
}
