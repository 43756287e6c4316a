/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.blackbox;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes out of the output of one server what is different by nature, and nothing else: its address, times, sizes on
 * disk, and lease ids, which become numbers in the order in which they were first seen.
 */
final class Masks {
    private static final Pattern GRANTED = Pattern.compile("lease ([0-9a-f]{16}) granted");
    private static final Pattern NUMBER = Pattern.compile("\\b(?:[0-9a-f]{16}|[0-9]{18,20})\\b");
    /** Lease ids that a server gives follow each other within this distance. */
    private static final long NEAR = 1L << 40;

    private final String endpoint;
    private final List<Long> leases = new ArrayList<>();

    Masks(String endpoint) {
        this.endpoint = endpoint;
    }

    String apply(String step, String text) {
        String masked = text.replace(endpoint, "ENDPOINT")
                // the client's own words about itself
                .replaceAll("\"ts\":\"[^\"]*\"", "\"ts\":TS")
                .replaceAll("etcd-endpoints://0x[0-9a-f]+/", "etcd-endpoints://POINTER/")
                .replaceAll("LocalAddr: '127.0.0.1:[0-9]+'", "LocalAddr: LOCAL");
        if (masked.contains("\u2502")) { // a table is as wide as its cells
            masked = masked.replaceAll("\u2500+", "\u2500").replaceAll(" +", " ");
        }
        if (step.contains("endpoint health") || step.contains("defrag")) {
            masked = masked.replaceAll("[0-9.]+(?:\u00b5s|ms|s)\\b", "TOOK");
        }
        if (step.contains("endpoint status")) {
            masked = masked.replaceAll("\"dbSize(InUse)?\":[1-9][0-9]*", "\"dbSize$1\":SIZE")
                    .replaceAll("\"DBSize(InUse)?\" : [1-9][0-9]*", "\"DBSize$1\" : SIZE")
                    .replaceAll("[0-9.]+ k?B( \u2502|,) [0-9.]+ k?B( \u2502|,) [0-9]+%", "SIZE$1 SIZE$2 PERCENT");
        }
        if (step.contains("timetolive")) { // of 100 seconds, some have gone
            masked = masked.replaceAll("(remaining\\(|\"ttl\":|\"TTL\" : )9[0-9]\\b", "$1LEFT");
        }
        return numberLeases(masked);
    }

    private String numberLeases(String text) {
        Matcher granted = GRANTED.matcher(text);
        if (leases.isEmpty() && granted.find()) {
            leases.add(Long.parseUnsignedLong(granted.group(1), 16));
        }
        if (leases.isEmpty()) {
            return text;
        }
        return NUMBER.matcher(text).replaceAll(found -> {
            String word = found.group();
            long id = Long.parseUnsignedLong(word, word.length() == 16 ? 16 : 10);
            if (Math.abs(id - leases.get(0)) > NEAR) {
                return word;
            }
            if (!leases.contains(id)) {
                leases.add(id);
            }
            return "LEASE" + leases.indexOf(id);
        });
    }
}
