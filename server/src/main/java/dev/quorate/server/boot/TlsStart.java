/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import dev.quorate.api.platform.Clock;
import dev.quorate.api.security.Tls;
import dev.quorate.api.security.TlsFiles;
import dev.quorate.api.security.TlsProvider;
import dev.quorate.raft.spi.PeerTls;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads or makes the certificates of a member, before anybody listens.
 *
 * <p>Source: etcd v3.7.1, {@code server/embed/etcd.go}; the messages are its own.
 */
final class TlsStart {
    private static final Logger LOG = LoggerFactory.getLogger(TlsStart.class);

    private final MemberConfig config;
    private final Clock clock;

    TlsStart(MemberConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /** Returns what clients are served with; null for nothing. */
    @Nullable
    Tls forClients() {
        Tls tls = start(config.clientTls(), "client", config.listenClientUrls());
        for (String url : config.listenClientUrls()) {
            if (isSecure(url) && tls == null) {
                throw new BootException("TLS key/cert (--cert-file, --key-file) must be provided for client url " + url
                        + " with HTTPS scheme");
            }
        }
        return tls;
    }

    /** Returns what members speak with one another with; null for nothing. */
    @Nullable
    PeerTls forPeers() {
        Tls tls = start(config.peerTls(), "peer", config.listenPeerUrls());
        for (String url : config.listenPeerUrls()) {
            if (isSecure(url) && tls == null) {
                throw new BootException("cannot listen on TLS for "
                        + URI.create(url).getAuthority().replace("localhost", "127.0.0.1")
                        + ": KeyFile and CertFile are not presented");
            }
        }
        return tls == null ? null : new PeerTls(tls.server(), tls.client(), tls.clientAuth());
    }

    private static boolean isSecure(String url) {
        return url.toLowerCase(Locale.ROOT).startsWith("https:");
    }

    private @Nullable Tls start(TlsConfig tls, String side, List<String> urls) {
        TlsFiles files = tls.files();
        if (files.isEmpty() && !tls.auto()) {
            return null;
        }
        for (String url : urls) {
            if (!isSecure(url) && !files.isEmpty()) {
                LOG.atWarn()
                        .addKeyValue(side + "-url", url)
                        .log(
                                "scheme is http or unix while key and cert files are present; ignoring key and cert files");
            }
        }
        try {
            TlsProvider provider = ServiceLoader.load(TlsProvider.class)
                    .findFirst()
                    .orElseThrow(() ->
                            new IOException("nothing on the class path reads certificates: add" + " quorate-security"));
            if (!files.isEmpty() && tls.auto()) {
                LOG.warn("ignoring {} auto TLS since certs given", side);
            }
            return provider.load(
                    files.isEmpty()
                            ? provider.selfSigned(
                                    config.dataDir().resolve("fixtures").resolve(side),
                                    urls.stream().map(TlsStart::host).distinct().toList(),
                                    tls.years(),
                                    clock.wallMillis())
                            : files);
        } catch (IOException e) {
            throw new BootException(String.valueOf(e.getMessage()), e);
        }
    }

    private static String host(String url) {
        String host = URI.create(url).getHost();
        return host == null ? "localhost" : host.replaceAll("[\\[\\]]", "");
    }
}
