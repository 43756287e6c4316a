/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http;

import dev.quorate.api.inbound.Health;
import dev.quorate.api.platform.Metrics;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code /health}, {@code /livez} and {@code /readyz}, counted as they are asked. Thread-safe. */
final class HealthPages {
    private static final int UNAVAILABLE = 503;

    private final Health health;
    private final Metrics metrics;
    private final Metrics.Counter well;
    private final Metrics.Counter ill;
    private final Map<String, AtomicInteger> outcomes = new ConcurrentHashMap<>();

    HealthPages(Health health, Metrics metrics) {
        this.health = health;
        this.metrics = metrics;
        this.well = metrics.counter("etcd_server_health_success", "The total number of successful health checks");
        this.ill = metrics.counter("etcd_server_health_failures", "The total number of failed health checks");
    }

    CompletableFuture<Page> health(Map<String, List<String>> query) {
        List<String> serializable = query.getOrDefault("serializable", List.of());
        boolean local = !serializable.isEmpty() && serializable.get(0).equals("true");
        return health.health(local, new HashSet<>(query.getOrDefault("exclude", List.of())))
                .thenApply(reason -> {
                    String body = "{\"health\":\"" + reason.isEmpty() + "\",\"reason\":" + Json.quote(reason) + "}";
                    if (reason.isEmpty()) {
                        well.add(1);
                        return Page.ok(Page.TEXT, body);
                    }
                    ill.add(1);
                    return Page.error(UNAVAILABLE, body);
                });
    }

    /** Makes the checks that nobody excludes. */
    CompletableFuture<Page> checks(String kind, List<String> names, Map<String, List<String>> query) {
        List<String> excluded = query.getOrDefault("exclude", List.of());
        List<String> wanted =
                names.stream().filter(name -> !excluded.contains(name)).toList();
        List<CompletableFuture<Health.Check>> outcomes =
                wanted.stream().map(health::check).toList();
        return CompletableFuture.allOf(outcomes.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> page(
                        kind, outcomes.stream().map(CompletableFuture::join).toList(), query.containsKey("verbose")));
    }

    /** Makes one check, whatever is excluded. */
    CompletableFuture<Page> check(String kind, String name, Map<String, List<String>> query) {
        return health.check(name).thenApply(check -> page(kind, List.of(check), query.containsKey("verbose")));
    }

    private Page page(String kind, List<Health.Check> checks, boolean verbose) {
        StringBuilder lines = new StringBuilder();
        boolean failed = false;
        for (Health.Check check : checks) {
            boolean passed = check.failure().isEmpty();
            failed |= !passed;
            lines.append(passed ? "[+]" : "[-]")
                    .append(check.name())
                    .append(passed ? " ok" : " failed: " + check.failure())
                    .append('\n');
            count(kind, check.name(), passed);
        }
        if (failed) {
            return Page.error(UNAVAILABLE, lines.toString());
        }
        return Page.plain(verbose ? lines + "ok\n" : "ok\n");
    }

    private void count(String kind, String name, boolean passed) {
        outcomes.computeIfAbsent(kind + '/' + name, first -> {
                    AtomicInteger outcome = new AtomicInteger();
                    metrics.gauge(
                            "etcd_server_healthcheck",
                            "The result of each kind of healthcheck.",
                            outcome::get,
                            "type",
                            kind,
                            "name",
                            name);
                    return outcome;
                })
                .set(passed ? 1 : 0);
        metrics.counter(
                        "etcd_server_healthchecks_total",
                        "The total number of each kind of healthcheck.",
                        "type",
                        kind,
                        "name",
                        name,
                        "status",
                        passed ? "success" : "error")
                .add(1);
    }
}
