/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist;

import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts of settings as values. Messages are those of Go's flag package where it has some. */
final class Values {
    private static final Pattern DURATION_PART = Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|ms|s|m|h)");
    /** Feature gates of 3.7.1: etcd, {@code server/features/etcd_features.go}; the first two hold for all at once. */
    private static final Set<String> GATES = Set.of(
            "AllAlpha",
            "AllBeta",
            "StopGRPCServiceOnDefrag",
            "InitialCorruptCheck",
            "CompactHashCheck",
            "TxnModeWriteWithSharedBuffer",
            "LeaseCheckpoint",
            "LeaseCheckpointPersist",
            "SetMemberLocalAddr",
            "FastLeaseKeepAlive",
            "PriorityRequest");

    private static final Set<String> URL_SCHEMES = Set.of("http", "https", "unix", "unixs");

    private Values() {}

    /** Checks the text of a setting. */
    static void check(Flag flag, String text) {
        String type = flag.type();
        if (type.startsWith("enum ") || type.startsWith("choice ")) {
            List<String> known = List.of(type.substring(type.indexOf(' ') + 1).split("\\|"));
            if (!known.contains(text)) {
                throw new IllegalArgumentException(
                        type.startsWith("enum ") ? "invalid value" : "invalid value \"" + text + "\"");
            }
            return;
        }
        switch (type) {
            case "bool" -> bool(text);
            case "uint" -> unsigned(text);
            case "uint32" -> unsigned32(text);
            case "int" -> number(text);
            case "duration" -> duration(text);
            case "urls" -> urls(text);
            case "origins" -> origins(text);
            case "gates" -> gates(text);
            default -> {}
        }
    }

    static boolean bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "t", "1" -> true;
            case "false", "f", "0" -> false;
            default -> throw new IllegalArgumentException("parse error");
        };
    }

    static long number(String text) {
        try {
            return Long.decode(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(isLong(text) ? "value out of range" : "parse error", e);
        }
    }

    private static boolean isLong(String text) {
        return text.matches("[-+]?[0-9]+");
    }

    /** Numbers beyond the largest of Java's count as that one: nothing here is as large. */
    static long unsigned(String text) {
        if (text.startsWith("-") || text.startsWith("+")) {
            throw new IllegalArgumentException("parse error");
        }
        if (isLong(text) && new BigInteger(text).bitLength() == Long.SIZE) {
            return Long.MAX_VALUE;
        }
        return number(text);
    }

    /** Says what is wrong as etcd does, whose flags of this kind report the words of Go's parser. */
    private static void unsigned32(String text) {
        String problem = isLong(text) ? "value out of range" : "invalid syntax";
        try {
            if (unsigned(text) < 1L << Integer.SIZE) {
                return;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("strconv.ParseUint: parsing \"" + text + "\": " + problem, e);
        }
        throw new IllegalArgumentException("strconv.ParseUint: parsing \"" + text + "\": " + problem);
    }

    private static void origins(String text) {
        for (String origin : text.split(",")) {
            if (!origin.equals("*") && !origin.isBlank()) {
                url(origin.trim());
            }
        }
    }

    static Duration duration(String text) {
        String body = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        if (body.equals("0")) {
            return Duration.ZERO;
        }
        Matcher part = DURATION_PART.matcher(body);
        double nanos = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            nanos += Double.parseDouble(part.group(1)) * unitNanos(part.group(2));
            end = part.end();
        }
        if (end == 0 || end != body.length()) {
            throw new IllegalArgumentException("parse error");
        }
        return Duration.ofNanos((long) (text.startsWith("-") ? -nanos : nanos));
    }

    private static double unitNanos(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us", "µs" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            default -> 3600e9;
        };
    }

    private static void gates(String text) {
        for (String gate : text.split(",")) {
            if (gate.isBlank()) {
                continue;
            }
            int equals = gate.indexOf('=');
            String name = (equals < 0 ? gate : gate.substring(0, equals)).trim();
            if (equals < 0) {
                throw new IllegalArgumentException("missing bool value for " + name);
            }
            String value = gate.substring(equals + 1).trim();
            if (!GATES.contains(name)) {
                throw new IllegalArgumentException("unrecognized feature gate: " + name);
            }
            try {
                bool(value);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("invalid value of " + name + "=" + value, e);
            }
        }
    }

    static List<String> urls(String text) {
        List<String> urls = new ArrayList<>();
        for (String url : text.split(",")) {
            if (!url.isBlank()) {
                urls.add(url(url.trim()));
            }
        }
        return urls;
    }

    private static String url(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("parse error", e);
        }
        if (uri.getScheme() == null || !URL_SCHEMES.contains(uri.getScheme())) {
            throw new IllegalArgumentException("URL scheme must be http, https, unix, or unixs: " + text);
        }
        if (uri.getScheme().startsWith("http") && (uri.getHost() == null || uri.getPort() < 0)) {
            throw new IllegalArgumentException("URL address does not have the form \"host:port\": " + text);
        }
        if (uri.getPath() != null && !uri.getPath().isEmpty() && uri.getScheme().startsWith("http")) {
            throw new IllegalArgumentException("URL must not contain a path: " + text);
        }
        return text;
    }
}
