/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.membership;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apiguardian.api.API;

/** Checks where members say that they are reached. Source: etcd v3.7.1, {@code client/pkg/types/urls.go}. */
@API(status = API.Status.EXPERIMENTAL)
public final class PeerUrls {
    private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:.*");

    private PeerUrls() {}

    /**
     * Checks URLs as etcd does.
     *
     * @param urls at least one; {@code http} or {@code https} with host, port and no path, or {@code unix} or
     *     {@code unixs}
     * @return them without blanks around, sorted
     * @throws IllegalArgumentException if one is not so; the message names it
     */
    public static List<String> checked(List<String> urls) {
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("no valid URLs given");
        }
        List<String> checked = new ArrayList<>();
        for (String url : urls) {
            checked.add(checked(url.strip()));
        }
        checked.sort(null);
        return List.copyOf(checked);
    }

    private static String checked(String url) {
        if (!SCHEME.matcher(url).matches() && url.split("/", 2)[0].contains(":")) {
            throw new IllegalArgumentException("parse \"" + url + "\": "
                    + (url.startsWith(":")
                            ? "missing protocol scheme"
                            : "first path segment in URL cannot contain colon")); // Go's words
        }
        int colon = url.indexOf(':');
        String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
        switch (scheme) {
            case "http", "https" -> {
                String rest = url.substring(colon + 1);
                String host = rest.startsWith("//") ? rest.substring(2) : "";
                if (host.indexOf('/') >= 0) {
                    throw new IllegalArgumentException("URL must not contain a path: " + url);
                }
                if (!isHostAndPort(host.substring(host.lastIndexOf('@') + 1))) {
                    throw new IllegalArgumentException("URL address does not have the form \"host:port\": " + url);
                }
            }
            case "unix", "unixs" -> {}
            default -> throw new IllegalArgumentException("URL scheme must be http, https, unix, or unixs: " + url);
        }
        return scheme + url.substring(colon);
    }

    private static boolean isHostAndPort(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            return false;
        }
        String host = text.substring(0, colon);
        boolean named = host.startsWith("[") ? host.endsWith("]") : host.indexOf(':') < 0;
        return named
                && text.substring(colon + 1).chars().allMatch(c -> c >= '0' && c <= '9')
                && host.chars().allMatch(c -> c > ' ' && "<>\"\\^`{|}%".indexOf(c) < 0);
    }
}
