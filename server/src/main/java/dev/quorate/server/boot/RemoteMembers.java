/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.Member;
import dev.quorate.membership.ServerVersion;
import dev.quorate.raft.spi.PeerCallNames;
import dev.quorate.raft.spi.PeerTls;
import dev.quorate.raft.spi.PeerTransportProvider;
import dev.quorate.raft.spi.PeerTransportProvider.Answer;
import dev.quorate.schema.MemberRecords;
import dev.quorate.schema.VersionsRecord;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks members that are there already, before this one is a member itself. Blocks; used at the start only.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/cluster_util.go}.
 */
final class RemoteMembers {
    /** How long to wait for somebody who may well not be there. */
    static final long BRIEFLY = TimeUnit.SECONDS.toNanos(1);

    /** How long to wait for somebody who has to be there. */
    static final long PATIENTLY = TimeUnit.SECONDS.toNanos(10);

    private static final Logger LOG = LoggerFactory.getLogger(RemoteMembers.class);
    private static final ServerVersion MIN_CLUSTER_VERSION = new ServerVersion(3, 0, 0);
    private static final ServerVersion MAX_CLUSTER_VERSION = new ServerVersion(3, 7, 0);
    private static final ServerVersion NEXT_CLUSTER_VERSION = new ServerVersion(3, 8, 0);

    private final @Nullable PeerTransportProvider provider;
    private final @Nullable PeerTls tls;
    private final long requestNanos;

    /**
     * Makes one.
     *
     * @param provider asks; null if there is no transport, and then nobody answers
     * @param tls for {@code https} URLs
     * @param requestNanos how long to wait for an answer of a member that is known to be there
     */
    RemoteMembers(@Nullable PeerTransportProvider provider, @Nullable PeerTls tls, long requestNanos) {
        this.provider = provider;
        this.tls = tls;
        this.requestNanos = requestNanos;
    }

    /** A cluster as one of its members sees it: its members by id. */
    record Found(long clusterId, List<Member> members) {
        /** Shows it as etcd does. */
        @Override
        public String toString() {
            return members.stream()
                    .map(member -> "&{ID:" + Long.toHexString(member.id()) + " RaftAttributes:{PeerURLs:["
                            + String.join(" ", member.peerUrls()) + "] IsLearner:" + member.learner()
                            + "} Attributes:{Name:" + member.name() + " ClientURLs:["
                            + String.join(" ", member.clientUrls()) + "]}}")
                    .collect(Collectors.joining(
                            " ", "{ClusterID:" + Long.toHexString(clusterId) + " Members:[", "] RemovedMemberIDs:[]}"));
        }
    }

    /** Takes the members from the first that answers. */
    Optional<Found> find(List<String> urls, long timeoutNanos) {
        for (String url : urls) {
            Optional<Answer> answer = ask(url, PeerCallNames.MEMBERS, timeoutNanos);
            if (answer.isPresent()) {
                try {
                    return Optional.of(new Found(
                            answer.get().clusterId(),
                            MemberRecords.decodeList(answer.get().body()).stream()
                                    .sorted((some, other) -> Long.compareUnsigned(some.id(), other.id()))
                                    .toList()));
                } catch (IllegalArgumentException e) {
                    LOG.atWarn()
                            .addKeyValue("address", url)
                            .addKeyValue("error", e.getMessage())
                            .log("failed to unmarshal cluster response");
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Checks that this member can work in the version that the cluster has. One member has to answer at least.
     *
     * @throws BootException if not
     */
    void checkVersion(List<Member> members) {
        boolean downgrade = members.stream()
                .flatMap(member -> ask(member, PeerCallNames.DOWNGRADE_ENABLED).stream())
                .findFirst()
                .map(answer -> answer.toUtf8().strip().equals("true"))
                .orElse(false);
        ServerVersion lowest = downgrade ? NEXT_CLUSTER_VERSION : MIN_CLUSTER_VERSION;
        ServerVersion highest = downgrade ? NEXT_CLUSTER_VERSION : MAX_CLUSTER_VERSION;
        List<ServerVersion> versions = members.stream()
                .flatMap(member -> ask(member, PeerCallNames.VERSION).stream())
                .map(answer -> ServerVersion.parse(VersionsRecord.decode(answer).cluster()))
                .flatMap(Stream::ofNullable)
                .toList();
        boolean fits = versions.stream()
                .allMatch(version -> version.compareTo(lowest) >= 0 && version.compareTo(highest) <= 0);
        if (versions.isEmpty() || !fits) {
            LOG.atWarn()
                    .addKeyValue("cluster-versions", versions)
                    .addKeyValue("minimum-cluster-version-supported", lowest)
                    .addKeyValue("maximum-cluster-version-supported", highest)
                    .log("cluster version of remote members is not compatible");
            throw new BootException("incompatible with current running cluster");
        }
    }

    private Optional<Bytes> ask(Member member, String name) {
        return member.peerUrls().stream()
                .flatMap(url -> ask(url, name, requestNanos).stream())
                .map(Answer::body)
                .findFirst();
    }

    private Optional<Answer> ask(String url, String name, long timeoutNanos) {
        PeerTransportProvider asking = provider;
        if (asking == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(asking.ask(url, name, Bytes.EMPTY, tls, timeoutNanos)
                    .toCompletableFuture()
                    .orTimeout(timeoutNanos, TimeUnit.NANOSECONDS)
                    .join());
        } catch (CompletionException e) {
            LOG.atInfo()
                    .addKeyValue("address", url)
                    .addKeyValue("asked-for", name)
                    .addKeyValue("error", String.valueOf(e.getCause()))
                    .log("failed to reach the peer URL");
            return Optional.empty();
        }
    }
}
