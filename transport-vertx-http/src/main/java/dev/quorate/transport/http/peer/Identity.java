/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.raft.spi.PeerSettings;
import io.vertx.core.MultiMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who this member is, as the headers of every request and answer say it, and whether another one may speak with it.
 *
 * <p>Source: etcd v3.7.1, {@code rafthttp/util.go}, {@code rafthttp/http.go}.
 */
final class Identity {
    static final String FROM = "X-Server-From";
    static final String VERSION = "X-Server-Version";
    static final String MIN_CLUSTER_VERSION = "X-Min-Cluster-Version";
    static final String CLUSTER = "X-Etcd-Cluster-ID";
    static final String URLS = "X-PeerURLs";
    static final String TO = "X-Raft-To";
    static final String INCOMPATIBLE = "incompatible version";
    static final String OTHER_CLUSTER = "cluster ID mismatch";

    /** What a member says that says nothing: there was no such header before 2.1. */
    private static final String OLDEST = "2.0.0";

    private static final Logger LOG = LoggerFactory.getLogger(Identity.class);

    private final PeerSettings settings;
    private final String urls;

    Identity(PeerSettings settings) {
        this.settings = settings;
        this.urls = String.join(",", settings.advertisedUrls());
        requireVersion(settings.version());
        requireVersion(settings.minClusterVersion());
    }

    private static void requireVersion(String version) {
        if (minor(version) < 0) {
            throw new IllegalArgumentException("version of a peer transport is " + version);
        }
    }

    long memberId() {
        return settings.memberId();
    }

    String member() {
        return Long.toHexString(settings.memberId());
    }

    String cluster() {
        return Long.toHexString(settings.clusterId());
    }

    String version() {
        return settings.version();
    }

    /** Says in a request who asks. */
    void sign(MultiMap headers) {
        headers.set(FROM, member());
        headers.set(VERSION, settings.version());
        headers.set(MIN_CLUSTER_VERSION, settings.minClusterVersion());
        headers.set(CLUSTER, cluster());
        if (!urls.isEmpty()) {
            headers.set(URLS, urls);
        }
    }

    /** Tells why a request is refused, if it is. */
    Optional<String> refuse(MultiMap headers) {
        String remote = given(headers, VERSION);
        String remoteMin = given(headers, MIN_CLUSTER_VERSION);
        String cluster = headers.get(CLUSTER);
        if (minor(remote) < minor(settings.minClusterVersion()) || minor(remoteMin) > minor(settings.version())) {
            warn("failed version compatibility check", headers, remote, remoteMin);
            return Optional.of(INCOMPATIBLE);
        }
        if (!cluster().equals(cluster)) {
            warn("request cluster ID mismatch", headers, remote, remoteMin);
            return Optional.of(OTHER_CLUSTER);
        }
        return Optional.empty();
    }

    private void warn(String text, MultiMap headers, String remote, String remoteMin) {
        LOG.atWarn()
                .addKeyValue("local-member-id", member())
                .addKeyValue("local-member-cluster-id", cluster())
                .addKeyValue("local-member-server-version", settings.version())
                .addKeyValue("local-member-server-minimum-cluster-version", settings.minClusterVersion())
                .addKeyValue("remote-peer-server-name", headers.get(FROM))
                .addKeyValue("remote-peer-server-version", remote)
                .addKeyValue("remote-peer-server-minimum-cluster-version", remoteMin)
                .addKeyValue("remote-peer-cluster-id", headers.get(CLUSTER))
                .log(text);
    }

    private static String given(MultiMap headers, String name) {
        String value = headers.get(name);
        return value == null || value.isEmpty() ? OLDEST : value;
    }

    /** Tells whether a member of that version has the streams that this one speaks. */
    boolean hasStreams(@Nullable String remoteVersion) {
        int remote = minor(remoteVersion == null || remoteVersion.isEmpty() ? OLDEST : remoteVersion);
        return remote > minor(OLDEST);
    }

    /** Major and minor number as one that can be compared; -1 if the text is no version. */
    static int minor(String version) {
        String[] parts = version.split("\\.", 3);
        try {
            return parts.length < 2 ? -1 : Integer.parseInt(parts[0]) * 1000 + Integer.parseInt(parts[1]);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Reads an id as it stands in headers and paths. */
    static Optional<Long> id(@Nullable String hex) {
        try {
            return hex == null || hex.isEmpty() || hex.charAt(0) == '+' || hex.charAt(0) == '-'
                    ? Optional.empty()
                    : Optional.of(Long.parseUnsignedLong(hex, 16));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
