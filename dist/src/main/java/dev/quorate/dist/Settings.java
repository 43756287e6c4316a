/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist;

import dev.quorate.api.security.TlsFiles;
import dev.quorate.server.boot.InitialCluster;
import dev.quorate.server.boot.MemberConfig;
import dev.quorate.server.boot.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What the server was told, by command line, environment or file, and the configuration that follows from it.
 *
 * <p>As in etcd: a file makes everything else count for nothing; a flag and its variable together are an error.
 */
final class Settings {
    private static final String TLS_VERSION_MAX = "TLS1.3"; // newer ones are not known

    private static final String PREFIX = "ETCD_";

    private final Flags flags;
    private final Map<String, String> given;
    private final List<String> warnings = new ArrayList<>();

    private Settings(Flags flags, Map<String, String> given) {
        this.flags = flags;
        this.given = given;
    }

    static Settings of(Flags flags, Map<String, String> line, Map<String, String> environment) {
        String file = line.getOrDefault("config-file", environment.getOrDefault("ETCD_CONFIG_FILE", ""));
        if (!file.isEmpty()) {
            return new Settings(flags, fromFile(flags, Path.of(file)));
        }
        Settings settings = new Settings(flags, new LinkedHashMap<>(line));
        settings.addEnvironment(environment);
        return settings;
    }

    private void addEnvironment(Map<String, String> environment) {
        Map<String, Flag> byVariable = new LinkedHashMap<>();
        flags.all().forEach(flag -> byVariable.put(flag.variable(), flag));
        byVariable.put("QUORATE_STORAGE", flags.get("storage"));
        byVariable.put("QUORATE_PEER_TRANSPORT", flags.get("peer-transport"));
        environment.forEach((variable, value) -> {
            Flag flag = byVariable.get(variable);
            if (flag == null) {
                if (variable.startsWith(PREFIX) && !variable.equals("ETCD_UNSUPPORTED_ARCH")) {
                    warnings.add("unrecognized environment variable " + variable + "=" + value);
                }
            } else if (given.containsKey(flag.name())) {
                throw new InvalidException(
                        "conflicting environment variable is shadowed by corresponding command-line flag"
                                + " (either unset environment variable or disable flag): " + variable);
            } else if (!value.isEmpty()) {
                set(flag, value, variable);
            }
        });
    }

    private void set(Flag flag, String value, String where) {
        try {
            Values.check(flag, value);
        } catch (IllegalArgumentException e) {
            throw new InvalidException("invalid value \"" + value + "\" for " + where + ": " + e.getMessage());
        }
        given.put(flag.name(), value);
    }

    private static Map<String, String> fromFile(Flags flags, Path file) {
        Object root;
        try {
            root = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new InvalidException("open " + file + ": no such file or directory");
        } catch (IOException e) {
            throw new InvalidException("open " + file + ": " + e.getMessage());
        } catch (RuntimeException e) {
            throw new InvalidException("error converting YAML to JSON: " + file + ": " + e.getMessage());
        }
        Settings settings = new Settings(flags, new LinkedHashMap<>());
        if (root instanceof Map<?, ?> map) {
            settings.addTree("", map);
        } else if (root != null) {
            throw new InvalidException(file + " is not a list of keys and values");
        }
        return settings.given;
    }

    private void addTree(String prefix, Map<?, ?> tree) {
        tree.forEach((name, value) -> {
            String key = prefix + name;
            if (value instanceof Map<?, ?> nested) {
                addTree(key + ".", nested);
                return;
            }
            Flag flag = flags.byYamlKey(key);
            if (flag != null && value != null) {
                String text = value instanceof List<?> list
                        ? String.join(",", list.stream().map(String::valueOf).toList())
                        : String.valueOf(value);
                // Durations in a file are nanoseconds.
                boolean bare = flag.type().equals("duration") && text.matches("[0-9]+");
                if (!text.isEmpty()) {
                    set(flag, bare ? text + "ns" : text, key);
                }
            }
        });
    }

    /** Says that a setting cannot be served, or makes no sense. */
    static final class InvalidException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        InvalidException(String message) {
            super(message);
        }
    }

    String get(String name) {
        return given.getOrDefault(name, flags.get(name).fallback());
    }

    List<String> warnings() {
        return warnings;
    }

    /** Tells whether a value says what is done anyway. */
    private static boolean asksForNothing(Flag flag, String value) {
        return value.equals(flag.fallback())
                || (flag.isBoolean() && Values.bool(value) == Values.bool(flag.fallback()))
                || (flag.name().equals("tls-max-version") && value.equals(TLS_VERSION_MAX));
    }

    /** Refuses what would be unsafe to ignore, and warns of what has no effect. */
    void verify() {
        Verification.check(this);
        for (Map.Entry<String, String> setting : given.entrySet()) {
            Flag flag = flags.get(setting.getKey());
            if (asksForNothing(flag, setting.getValue())) {
                continue;
            }
            switch (flag.fate()) {
                case REFUSED ->
                    throw new InvalidException(
                            "--" + flag.name() + " is not served yet, and it would be unsafe" + " to start without it");
                case ACCEPTED -> warnings.add("--" + flag.name() + " has no effect yet");
                case IGNORED -> warnings.add("--" + flag.name() + " has no effect; etcd ignores it too");
                case SERVED -> {}
            }
        }
        if (!get("feature-gates").isEmpty()) {
            for (String gate : get("feature-gates").split(",")) {
                if (!gate.startsWith("LeaseCheckpoint")) {
                    warnings.add("--feature-gates " + gate + " has no effect yet");
                }
            }
        }
    }

    boolean isGiven(String name) {
        return given.containsKey(name);
    }

    long number(String name) {
        return Values.unsigned(get(name));
    }

    private int small(String name) {
        return (int) Math.min(Integer.MAX_VALUE, number(name));
    }

    private Duration durationOr(String name, Duration fallback) {
        Duration value = Values.duration(get(name));
        return value.isZero() ? fallback : value;
    }

    Path dataDir() {
        String folder = given.getOrDefault("data-dir", "");
        return Path.of(folder.isEmpty() ? get("name") + ".etcd" : folder);
    }

    private boolean truth(String name) {
        return Values.bool(get(name));
    }

    /** The members to begin with. If only the name is said, that is the one of the only member. */
    InitialCluster initialCluster() {
        String cluster = get("initial-cluster");
        Flag flag = flags.get("initial-cluster");
        if (!get("name").equals(flags.get("name").fallback()) && cluster.equals(flag.fallback())) {
            String named = get("name").isEmpty() ? flags.get("name").fallback() : get("name");
            cluster = Values.urls(get("initial-advertise-peer-urls")).stream()
                    .map(url -> named + "=" + url)
                    .collect(Collectors.joining(","));
        }
        return InitialCluster.parse(cluster);
    }

    private TlsConfig tls(String side) {
        return new TlsConfig(
                new TlsFiles(
                        get(side + "cert-file"),
                        get(side + "key-file"),
                        get(side + "client-cert-file"),
                        get(side + "client-key-file"),
                        get(side + "trusted-ca-file"),
                        truth(side + "client-cert-auth"),
                        false),
                truth(side + "auto-tls"),
                small("self-signed-cert-validity"));
    }

    MemberConfig toConfig() {
        String name = get("name");
        List<String> listen = Values.urls(get("listen-client-urls"));
        List<String> advertise =
                given.containsKey("advertise-client-urls") ? Values.urls(get("advertise-client-urls")) : listen;
        long batch = Values.number(get("compaction-batch-limit"));
        boolean byRevision = get("auto-compaction-mode").equals("revision");
        return MemberConfig.builder()
                .name(name)
                .storage(get("storage"))
                .dataDir(dataDir())
                .walDir(get("wal-dir").isEmpty() ? Optional.empty() : Optional.of(Path.of(get("wal-dir"))))
                .listenClientUrls(listen)
                .advertiseClientUrls(advertise)
                .listenPeerUrls(Values.urls(get("listen-peer-urls")))
                .initialAdvertisePeerUrls(Values.urls(get("initial-advertise-peer-urls")))
                .initialCluster(Optional.of(initialCluster()))
                .initialClusterState(
                        get("initial-cluster-state").equals("existing")
                                ? MemberConfig.ClusterState.EXISTING
                                : MemberConfig.ClusterState.NEW)
                .initialClusterToken(get("initial-cluster-token"))
                .forceNewCluster(truth("force-new-cluster"))
                .strictReconfigCheck(truth("strict-reconfig-check"))
                .maxLearners((int) Values.number(get("max-learners")))
                .clientTls(tls(""))
                .peerTls(tls("peer-"))
                .peerTransport(get("peer-transport"))
                .preVote(truth("pre-vote"))
                .initialElectionTickAdvance(truth("initial-election-tick-advance"))
                .heartbeatMillis(number("heartbeat-interval"))
                .electionMillis(number("election-timeout"))
                .quotaBackendBytes(Values.number(get("quota-backend-bytes")))
                .requestBytesMax(small("max-request-bytes"))
                .txnOpsMax(small("max-txn-ops"))
                .concurrentStreamsMax(number("max-concurrent-streams"))
                .keepAliveMin(Values.duration(get("grpc-keepalive-min-time")))
                .keepAliveInterval(Values.duration(get("grpc-keepalive-interval")))
                .keepAliveTimeout(Values.duration(get("grpc-keepalive-timeout")))
                .watchProgressInterval(durationOr("watch-progress-notify-interval", Duration.ofMinutes(10)))
                .snapshotCount(number("snapshot-count"))
                .snapshotCatchUpEntries(number("snapshot-catchup-entries"))
                .walsMax(small("max-wals"))
                .snapshotsMax(small("max-snapshots"))
                .autoCompactionMode(
                        byRevision
                                ? MemberConfig.AutoCompactionMode.REVISION
                                : MemberConfig.AutoCompactionMode.PERIODIC)
                .autoCompactionRetention(retention(byRevision))
                .compactionBatchLimit(batch == 0 ? 1000 : (int) batch)
                .compactionPause(durationOr("compaction-sleep-interval", Duration.ofMillis(10)))
                .leaseCheckpoint(get("feature-gates").contains("LeaseCheckpoint=true"))
                .unsafeNoSync(truth("unsafe-no-fsync"))
                .build();
    }

    /** A bare number means hours where time is meant; a time means its nanoseconds where revisions are. */
    private long retention(boolean byRevision) {
        String text = get("auto-compaction-retention");
        if (text.matches("[0-9]+")) {
            long number = Values.unsigned(text);
            return byRevision ? number : Duration.ofHours(number).toNanos();
        }
        try {
            return Values.duration(text).toNanos();
        } catch (IllegalArgumentException e) {
            String problem = text.matches("[-+]?[0-9.]+") ? "missing unit in" : "invalid";
            throw new InvalidException(
                    "error parsing CompactionRetention: time: " + problem + " duration \"" + text + "\"");
        }
    }
}
