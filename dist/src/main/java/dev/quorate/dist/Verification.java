/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist;

import java.net.URI;
import java.util.List;

/**
 * Settings that make no sense, alone or together, refused before anything is started.
 *
 * <p>Order and words are those of etcd 3.7.1: {@code Validate} in {@code server/embed/config.go}. What is wrong with
 * the initial cluster comes to light when the member starts.
 */
final class Verification {
    private static final long ELECTION_MILLIS_MAX = 50_000;

    private final Settings settings;

    private Verification(Settings settings) {
        this.settings = settings;
    }

    static void check(Settings settings) {
        Verification verification = new Verification(settings);
        verification.checkAddresses();
        verification.checkTimes();
        verification.checkTls();
        verification.checkMemory();
    }

    /** Checks what logging is told, which comes before there is a log to say anything else. */
    static void checkLogging(Settings settings) {
        refuseIf(
                settings.get("discovery-fallback").equals("proxy"),
                "v2 proxy is deprecated, and --discovery-fallback can't be configured as \"proxy\"");
        String logger = settings.get("logger");
        refuseIf(logger.equals("capnslog"), "--logger=capnslog is removed in v3.5");
        refuseIf(!logger.equals("zap"), "unknown logger option \"" + logger + "\"");
        String format = settings.get("log-format");
        refuseIf(
                !format.equals("json") && !format.equals("console"),
                "unknown log format: " + format + ", supported values json, console");
        List<String> outputs = List.of(settings.get("log-outputs").split(","));
        refuseIf(
                outputs.size() > 1 && outputs.contains("default"),
                "multi logoutput for \"default\" is not supported yet");
        refuseIf(
                Values.bool(settings.get("enable-log-rotation"))
                        && (outputs.size() != 1
                                || List.of("default", "stdout", "stderr").contains(outputs.get(0))),
                "--log-outputs requires a single file path when --log-rotate-config-json is defined");
    }

    private static void refuseIf(boolean wrong, String message) {
        if (wrong) {
            throw new Settings.InvalidException(message);
        }
    }

    private void checkAddresses() {
        for (String name : List.of("listen-peer-urls", "listen-client-urls", "listen-metrics-urls")) {
            for (String url : Values.urls(settings.get(name))) {
                URI uri = URI.create(url);
                boolean bindable = !url.startsWith("http")
                        || uri.getHost().equals("localhost")
                        || uri.getHost().startsWith("[")
                        || uri.getHost().matches("[0-9.]+");
                refuseIf(!bindable, "expected IP in URL for binding (" + url + ")");
            }
        }
        refuseIf(
                settings.get("discovery-token").isEmpty()
                        != settings.get("discovery-endpoints").isEmpty(),
                "both --discovery-token and --discovery-endpoints must be set");
    }

    private void checkTimes() {
        long heartbeat = settings.number("heartbeat-interval");
        long election = settings.number("election-timeout");
        refuseIf(heartbeat == 0, "--heartbeat-interval must be >0 (set to 0ms)");
        refuseIf(election == 0, "--election-timeout must be >0 (set to 0ms)");
        refuseIf(
                5 * heartbeat > election,
                "--election-timeout[" + election + "ms] should be at least as 5 times as --heartbeat-interval["
                        + heartbeat + "ms]");
        refuseIf(
                election > ELECTION_MILLIS_MAX,
                "--election-timeout[" + election + "ms] is too long, and should be set less than " + ELECTION_MILLIS_MAX
                        + "ms");
        refuseIf(
                settings.isGiven("listen-client-urls") && !settings.isGiven("advertise-client-urls"),
                "--advertise-client-urls is required when --listen-client-urls is set explicitly");
        String mode = settings.get("auto-compaction-mode");
        refuseIf(!mode.equals("periodic") && !mode.equals("revision"), "unknown auto-compaction-mode \"" + mode + "\"");
        refuseIf(
                Values.duration(settings.get("compact-hash-check-time")).toNanos() <= 0,
                "--compact-hash-check-time must be >0 (set to 0s)");
    }

    /** A choice of versions is not served yet; what it may be is checked all the same. */
    private void checkTls() {
        for (String name : List.of("tls-min-version", "tls-max-version")) {
            String version = settings.get(name);
            refuseIf(
                    !version.isEmpty() && !version.equals("TLS1.2") && !version.equals("TLS1.3"),
                    "unexpected TLS version \"" + version + "\" (must be one of: TLS1.2, TLS1.3)");
        }
    }

    /** Checks what a server would only find out too late about a member that keeps nothing. */
    private void checkMemory() {
        if (settings.get("storage").equals("memory")) {
            refuseIf(
                    settings.get("initial-cluster-state").equals("existing"),
                    "--storage=memory keeps nothing, and a member that forgets must not come back under its id:"
                            + " it cannot join a cluster (--initial-cluster-state=existing)");
            refuseIf(
                    settings.initialCluster().members().size() > 1,
                    "--storage=memory keeps nothing, and a member that forgets must not come back under its id:"
                            + " --initial-cluster may name one member only");
        }
    }
}
