/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.raft.spi.PeerSettings;
import io.grpc.Metadata;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who this member is, as the metadata of every call and answer say it, and whether another one may speak with it.
 *
 * <p>Source: etcd v3.7.1, {@code rafthttp/util.go}, {@code rafthttp/http.go}.
 */
final class Identity {
    static final Metadata.Key<String> FROM = key("x-server-from");
    static final Metadata.Key<String> TO = key("x-raft-to");
    static final Metadata.Key<String> CLUSTER = key("x-etcd-cluster-id");
    static final Metadata.Key<String> VERSION = key("x-server-version");
    static final Metadata.Key<String> MIN_CLUSTER_VERSION = key("x-min-cluster-version");

    private static final Logger LOG = LoggerFactory.getLogger(Identity.class);

    private final PeerSettings settings;

    Identity(PeerSettings settings) {
        this.settings = settings;
        requireVersion(settings.version());
        requireVersion(settings.minClusterVersion());
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    private static void requireVersion(String version) {
        if (minor(version) < 0) {
            throw new IllegalArgumentException("version of a peer transport is " + version);
        }
    }

    String member() {
        return Long.toHexString(settings.memberId());
    }

    String cluster() {
        return Long.toHexString(settings.clusterId());
    }

    /** Says in a call to a member who asks. */
    Metadata introduction(long memberId) {
        Metadata said = signature();
        said.put(FROM, member());
        said.put(TO, Long.toHexString(memberId));
        said.put(MIN_CLUSTER_VERSION, settings.minClusterVersion());
        return said;
    }

    /** Says in an answer who answers. */
    Metadata signature() {
        Metadata said = new Metadata();
        said.put(VERSION, settings.version());
        said.put(CLUSTER, cluster());
        return said;
    }

    /** Tells why somebody is refused, if so. */
    Optional<Refusal> refuse(Metadata introduction) {
        String remote = given(introduction, VERSION);
        String remoteMin = given(introduction, MIN_CLUSTER_VERSION);
        if (minor(remote) < minor(settings.minClusterVersion()) || minor(remoteMin) > minor(settings.version())) {
            warn("failed version compatibility check", introduction);
            return Optional.of(Refusal.INCOMPATIBLE);
        }
        if (!cluster().equals(introduction.get(CLUSTER))) {
            warn("request cluster ID mismatch", introduction);
            return Optional.of(Refusal.OTHER_CLUSTER);
        }
        if (sender(introduction).isEmpty()) {
            return Optional.of(Refusal.NO_SENDER);
        }
        if (!member().equals(introduction.get(TO))) {
            warn("ignored streaming request; ID mismatch", introduction);
            return Optional.of(Refusal.OTHER_MEMBER);
        }
        return Optional.empty();
    }

    private void warn(String text, Metadata introduction) {
        LOG.atWarn()
                .addKeyValue("local-member-id", member())
                .addKeyValue("local-member-cluster-id", cluster())
                .addKeyValue("local-member-server-version", settings.version())
                .addKeyValue("local-member-server-minimum-cluster-version", settings.minClusterVersion())
                .addKeyValue("remote-peer-server-name", introduction.get(FROM))
                .addKeyValue("remote-peer-server-version", introduction.get(VERSION))
                .addKeyValue("remote-peer-server-minimum-cluster-version", introduction.get(MIN_CLUSTER_VERSION))
                .addKeyValue("remote-peer-cluster-id", introduction.get(CLUSTER))
                .log(text);
    }

    private static String given(Metadata introduction, Metadata.Key<String> name) {
        String value = introduction.get(name);
        return value == null ? "" : value;
    }

    /** Who has introduced itself. */
    static Optional<Long> sender(Metadata introduction) {
        return id(introduction.get(FROM));
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

    /** Reads an id as it stands in metadata. */
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
