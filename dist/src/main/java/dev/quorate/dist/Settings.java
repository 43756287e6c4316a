/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist;

import dev.quorate.server.boot.MemberConfig;
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
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What the server was told, by command line, environment or file, and the configuration that follows from it.
 *
 * <p>As in etcd: a file makes everything else count for nothing; a flag and its variable together are an error.
 */
final class Settings {
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

    /** Refuses what would be unsafe to ignore, and warns of what has no effect. */
    void verify() {
        for (Map.Entry<String, String> setting : given.entrySet()) {
            Flag flag = flags.get(setting.getKey());
            boolean same = setting.getValue().equals(flag.fallback())
                    || (flag.isBoolean() && Values.bool(setting.getValue()) == Values.bool(flag.fallback()));
            if (same) {
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
        verifyMembers();
        if (given.containsKey("listen-client-urls") && !given.containsKey("advertise-client-urls")) {
            throw new InvalidException(
                    "--advertise-client-urls is required when --listen-client-urls is set explicitly");
        }
        if (number("election-timeout") < 5 * number("heartbeat-interval")) {
            throw new InvalidException("--election-timeout[" + get("election-timeout")
                    + "ms] should be at least as 5 times as --heartbeat-interval[" + get("heartbeat-interval") + "ms]");
        }
        if (!get("feature-gates").isEmpty()) {
            for (String gate : get("feature-gates").split(",")) {
                if (!gate.startsWith("LeaseCheckpoint")) {
                    warnings.add("--feature-gates " + gate + " has no effect yet");
                }
            }
        }
    }

    private void verifyMembers() {
        if (get("initial-cluster-state").equals("existing")) {
            throw new InvalidException("--initial-cluster-state=existing: joining a cluster is not served yet");
        }
        String cluster = given.getOrDefault("initial-cluster", "");
        if (cluster.isEmpty()) {
            return;
        }
        List<String> urls = new ArrayList<>();
        for (String member : cluster.split(",")) {
            int equals = member.indexOf('=');
            if (equals < 0 || !member.substring(0, equals).equals(get("name"))) {
                throw new InvalidException("--initial-cluster=" + cluster
                        + ": a cluster of several members is not served yet, and this one is named " + get("name"));
            }
            urls.add(member.substring(equals + 1));
        }
        List<String> advertised = Values.urls(get("initial-advertise-peer-urls"));
        if (!urls.stream().sorted().toList().equals(advertised.stream().sorted().toList())) {
            throw new InvalidException("--initial-cluster has " + cluster + " but missing from"
                    + " --initial-advertise-peer-urls=" + String.join(",", advertised)
                    + " (resolved urls: \"" + String.join(",", urls) + "\")");
        }
    }

    private long number(String name) {
        return Values.number(get(name));
    }

    private Duration durationOr(String name, Duration fallback) {
        Duration value = Values.duration(get(name));
        return value.isZero() ? fallback : value;
    }

    MemberConfig toConfig() {
        String name = get("name");
        String dataDir = given.getOrDefault("data-dir", "");
        List<String> listen = Values.urls(get("listen-client-urls"));
        List<String> advertise =
                given.containsKey("advertise-client-urls") ? Values.urls(get("advertise-client-urls")) : listen;
        long batch = number("compaction-batch-limit");
        boolean byRevision = get("auto-compaction-mode").equals("revision");
        return MemberConfig.builder()
                .name(name)
                .storage(get("storage"))
                .dataDir(Path.of(dataDir.isEmpty() ? name + ".etcd" : dataDir))
                .walDir(get("wal-dir").isEmpty() ? Optional.empty() : Optional.of(Path.of(get("wal-dir"))))
                .listenClientUrls(listen)
                .advertiseClientUrls(advertise)
                .initialAdvertisePeerUrls(Values.urls(get("initial-advertise-peer-urls")))
                .initialClusterToken(get("initial-cluster-token"))
                .heartbeatMillis(number("heartbeat-interval"))
                .electionMillis(number("election-timeout"))
                .quotaBackendBytes(number("quota-backend-bytes"))
                .requestBytesMax((int) number("max-request-bytes"))
                .txnOpsMax((int) number("max-txn-ops"))
                .concurrentStreamsMax(number("max-concurrent-streams"))
                .keepAliveMin(Values.duration(get("grpc-keepalive-min-time")))
                .keepAliveInterval(Values.duration(get("grpc-keepalive-interval")))
                .keepAliveTimeout(Values.duration(get("grpc-keepalive-timeout")))
                .watchProgressInterval(durationOr("watch-progress-notify-interval", Duration.ofMinutes(10)))
                .snapshotCount(number("snapshot-count"))
                .snapshotCatchUpEntries(number("snapshot-catchup-entries"))
                .walsMax((int) number("max-wals"))
                .snapshotsMax((int) number("max-snapshots"))
                .autoCompactionMode(
                        byRevision
                                ? MemberConfig.AutoCompactionMode.REVISION
                                : MemberConfig.AutoCompactionMode.PERIODIC)
                .autoCompactionRetention(retention(byRevision))
                .compactionBatchLimit(batch == 0 ? 1000 : (int) batch)
                .compactionPause(durationOr("compaction-sleep-interval", Duration.ofMillis(10)))
                .leaseCheckpoint(get("feature-gates").contains("LeaseCheckpoint=true"))
                .unsafeNoSync(Values.bool(get("unsafe-no-fsync")))
                .build();
    }

    /** A bare number means hours where time is meant. */
    private long retention(boolean byRevision) {
        String text = get("auto-compaction-retention");
        try {
            if (byRevision) {
                return Values.number(text);
            }
            return text.matches("[0-9]+")
                    ? Duration.ofHours(Long.parseLong(text)).toNanos()
                    : Values.duration(text).toNanos();
        } catch (IllegalArgumentException e) {
            throw new InvalidException("--auto-compaction-retention=" + text + ": " + e.getMessage());
        }
    }
}
