/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.Member;
import dev.quorate.membership.Membership;
import dev.quorate.membership.ServerVersion;
import dev.quorate.membership.VersionDecision;
import dev.quorate.raft.spi.PeerCallNames;
import dev.quorate.raft.spi.PeerCalls;
import dev.quorate.schema.Command;
import dev.quorate.schema.VersionsRecord;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the version that the members agree on: the leader asks all of them which version they are, and proposes what
 * follows. Ends a downgrade when every member has the version that was to be reached.
 *
 * <p>Thread-safe. Source: etcd v3.7.1, {@code server/etcdserver/server.go} ({@code monitorClusterVersions},
 * {@code monitorDowngrade}), {@code server/etcdserver/version/monitor.go}.
 */
final class VersionMonitor {
    /** How often it wants to be called. */
    static final long INTERVAL_MILLIS = 4000;

    private static final Logger LOG = LoggerFactory.getLogger(VersionMonitor.class);

    private final Membership membership;
    private final LeaderWatch leaders;
    private final Proposals proposals;
    private final PeerCalls calls;
    private final long memberId;
    private final long callNanos;
    private final AtomicBoolean busy = new AtomicBoolean();

    VersionMonitor(MemberParts parts) {
        this.membership = parts.membership();
        this.leaders = parts.leaders();
        this.proposals = parts.proposals();
        this.calls = parts.calls();
        this.memberId = parts.headers().memberId();
        this.callNanos = TimeUnit.MILLISECONDS.toNanos(parts.settings().requestTimeoutMillis());
    }

    /** Looks whether the version has to change, if this member leads; a look under way is enough. Never fails. */
    CompletableFuture<Void> look() {
        if (leaders.leaderId() != memberId || proposals.isStopped() || !busy.compareAndSet(false, true)) {
            return CompletableFuture.completedFuture(null);
        }
        return servers().thenCompose(this::decide).handle((done, failure) -> {
            busy.set(false);
            if (failure != null && !proposals.isStopped()) {
                LOG.atWarn()
                        .addKeyValue("error", LeaderCalls.unwrap(failure).getMessage())
                        .log("failed to update cluster version");
            }
            return null;
        });
    }

    private CompletableFuture<List<String>> servers() {
        List<CompletableFuture<String>> asked =
                membership.members().stream().map(this::server).toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(all -> asked.stream().map(CompletableFuture::join).toList());
    }

    /** Asks a member for its version; empty if it does not tell. */
    private CompletableFuture<String> server(Member member) {
        if (member.id() == memberId) {
            return CompletableFuture.completedFuture(EtcdVersion.SERVER);
        }
        return calls.call(member.id(), PeerCallNames.VERSION, Bytes.EMPTY, callNanos)
                .toCompletableFuture()
                .thenApply(answer -> VersionsRecord.decode(answer).server())
                .exceptionally(failure -> {
                    LOG.atWarn()
                            .addKeyValue("remote-member-id", Long.toHexString(member.id()))
                            .addKeyValue("error", LeaderCalls.unwrap(failure).getMessage())
                            .log("failed to get version");
                    return "";
                });
    }

    private CompletableFuture<?> decide(List<String> servers) {
        ServerVersion target = ServerVersion.parse(membership.downgrade().targetVersion());
        if (membership.downgrade().enabled()
                && target != null
                && servers.stream().allMatch(server -> isOf(server, target))) {
            LOG.atInfo().addKeyValue("cluster-version", target).log("the cluster has been downgraded");
            return proposals.propose(new Command.DowngradeInfoSet(false, ""));
        }
        String before = membership.clusterVersion();
        return VersionDecision.of(before, servers, membership.downgrade())
                .<CompletableFuture<?>>map(version -> set(before, version.toString()))
                .orElseGet(() -> CompletableFuture.completedFuture(null));
    }

    private static boolean isOf(String server, ServerVersion target) {
        ServerVersion version = ServerVersion.parse(server);
        return version != null && version.cluster().equals(target);
    }

    private CompletableFuture<?> set(String before, String version) {
        if (before.isEmpty()) {
            LOG.atInfo().addKeyValue("cluster-version", version).log("setting up initial cluster version using v3 API");
        } else {
            LOG.atInfo()
                    .addKeyValue("from", before)
                    .addKeyValue("to", version)
                    .log("updating cluster version using v3 API");
        }
        return proposals
                .propose(new Command.ClusterVersionSet(version))
                .thenRun(() ->
                        LOG.atInfo().addKeyValue("cluster-version", version).log("cluster version is updated"));
    }
}
