/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Compares where members say that they are reached.
 *
 * <p>Source: etcd v3.7.1, {@code pkg/netutil/netutil.go}.
 */
final class UrlLists {
    private UrlLists() {}

    /**
     * Compares what two lists of URLs reach: a name and its address are the same.
     *
     * @return empty if they are the same; else what differs
     */
    static Optional<String> difference(List<String> some, List<String> others) {
        if (some.size() != others.size()) {
            return Optional.of("len(" + quoted(some) + ") != len(" + quoted(others) + ")");
        }
        List<String> first = some.stream().sorted().toList();
        List<String> second = others.stream().sorted().toList();
        if (first.equals(second)) {
            return Optional.empty();
        }
        try {
            first = resolved(first);
            second = resolved(second);
        } catch (UnknownHostException e) {
            return Optional.of("failed to resolve " + e.getMessage());
        }
        for (int i = 0; i < first.size(); i++) {
            if (!first.get(i).equals(second.get(i))) {
                return Optional.of("resolved urls: \"" + first.get(i) + "\" != \"" + second.get(i) + "\"");
            }
        }
        return Optional.empty();
    }

    private static String quoted(List<String> urls) {
        return urls.stream().map(url -> "\"" + url + "\"").collect(Collectors.joining(" ", "[", "]"));
    }

    /** Puts addresses in place of names. The name localhost stays, as in etcd. */
    private static List<String> resolved(List<String> urls) throws UnknownHostException {
        String[] resolved = urls.toArray(String[]::new);
        for (int i = 0; i < resolved.length; i++) {
            URI uri = URI.create(resolved[i]);
            String host = uri.getHost();
            if (host != null && uri.getPort() >= 0 && !host.equals("localhost")) {
                String address = InetAddress.getByName(host).getHostAddress();
                String shown = address.contains(":") ? "[" + address + "]" : address;
                resolved[i] = uri.getScheme() + "://" + shown + ":" + uri.getPort();
            }
        }
        return List.of(resolved).stream().sorted().toList();
    }
}
