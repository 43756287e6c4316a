/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;

/**
 * Where a member is reached, as {@code http://HOST:PORT} or {@code https://HOST:PORT} says it. Immutable.
 *
 * @param tls whether by https
 * @param host name or address, IPv6 without brackets
 * @param port 1 to 65535, or 0 to listen on any
 */
@API(status = API.Status.EXPERIMENTAL)
public record PeerUrl(boolean tls, String host, int port) {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int PORT_MAX = 65_535;

    /**
     * Reads a URL. A path behind it is passed over.
     *
     * @param url the URL; spaces around it do not matter
     * @return what it says; without a port 80 or 443
     * @throws IllegalArgumentException if it is none of http or https
     */
    public static PeerUrl of(String url) {
        try {
            URI uri = new URI(url.strip());
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean tls = scheme.equals("https");
            String authority = uri.getRawAuthority();
            if (authority == null || (!tls && !scheme.equals("http"))) {
                throw new IllegalArgumentException(
                        "URL of a peer must be http://HOST:PORT or https://HOST:PORT: " + url);
            }
            return of(tls, authority, url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("URL of a peer cannot be read: " + url, e);
        }
    }

    /** By hand: the JDK knows no host with an underscore, and there are such names. */
    private static PeerUrl of(boolean tls, String authority, String url) {
        int colon = authority.lastIndexOf(':');
        boolean given = colon > authority.lastIndexOf(']');
        String host = given ? authority.substring(0, colon) : authority;
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        try {
            int port = given ? Integer.parseInt(authority.substring(colon + 1)) : tls ? HTTPS_PORT : HTTP_PORT;
            if (bare.isEmpty() || port < 0 || port > PORT_MAX) {
                throw new IllegalArgumentException("URL of a peer has no host or no port: " + url);
            }
            return new PeerUrl(tls, bare, port);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("URL of a peer has a port that is no number: " + url, e);
        }
    }

    /**
     * Reads the URLs of a member.
     *
     * @param urls one at least
     * @return what they say, in the same order
     * @throws IllegalArgumentException if one is none, or there is none at all
     */
    public static List<PeerUrl> all(List<String> urls) {
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("a peer has no URL");
        }
        return urls.stream().map(PeerUrl::of).toList();
    }

    /** Writes the URL, with its port always and without a path. */
    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
