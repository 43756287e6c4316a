/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where members reach one another.
 *
 * <p>Source: etcd v3.7.1, {@code client/pkg/types/urls.go}, {@code pkg/netutil/netutil.go}; the words are Go's where it
 * is Go that complains.
 */
final class PeerUrls {
    private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:.*");

    private PeerUrls() {}

    /**
     * Checks that members can be reached at a URL.
     *
     * @throws IllegalArgumentException if not; the message names the URL
     */
    static void check(String url) {
        if (!SCHEME.matcher(url).matches() && url.split("/", 2)[0].contains(":")) {
            String problem =
                    url.startsWith(":") ? "missing protocol scheme" : "first path segment in URL cannot contain colon";
            throw new IllegalArgumentException("parse \"" + url + "\": " + problem);
        }
        if (url.matches("(?i)unixs?:.*")) {
            return;
        }
        if (!url.matches("(?i)https?:.*")) {
            throw new IllegalArgumentException("URL scheme must be http, https, unix, or unixs: " + url);
        }
        URI uri = parsed(url);
        if (uri.getRawAuthority() == null || !uri.getRawAuthority().matches("(\\[.*]|[^:]*):[0-9]*")) {
            throw new IllegalArgumentException("URL address does not have the form \"host:port\": " + url);
        }
        if (uri.getPath() != null && !uri.getPath().isEmpty()) {
            throw new IllegalArgumentException("URL must not contain a path: " + url);
        }
    }

    private static URI parsed(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("parse \"" + url + "\": " + e.getReason(), e);
        }
    }

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
