/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.error.EtcdError;
import dev.quorate.api.model.DowngradeAction;
import dev.quorate.api.model.DowngradeResponse;
import dev.quorate.membership.Membership;
import dev.quorate.membership.ServerVersion;
import dev.quorate.schema.Command;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins and ends downgrades of the cluster. Thread-safe. Source: etcd v3.7.1, {@code server/etcdserver/v3_server.go},
 * {@code server/etcdserver/version/version.go}.
 */
final class Downgrades {
    private static final Logger LOG = LoggerFactory.getLogger(Downgrades.class);

    private final Membership membership;
    private final Proposals proposals;
    private final ReadGate gate;
    private final MemberParts parts;

    Downgrades(MemberParts parts) {
        this.parts = parts;
        this.membership = parts.membership();
        this.proposals = parts.proposals();
        this.gate = parts.gate();
    }

    CompletableFuture<DowngradeResponse> run(DowngradeAction action, String version) {
        return switch (action) {
            case VALIDATE -> validate(version).thenApply(target -> answer());
            case ENABLE -> enable(version);
            case CANCEL -> cancel();
            case UNRECOGNIZED -> CompletableFuture.failedFuture(EtcdError.UNKNOWN_METHOD.exception());
        };
    }

    private CompletableFuture<DowngradeResponse> enable(String version) {
        return validate(version)
                .<Object>thenCompose(target -> proposals.propose(new Command.DowngradeInfoSet(true, target.toString())))
                .thenApply(done -> answer())
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.atWarn()
                                .addKeyValue(
                                        "error", LeaderCalls.unwrap(failure).getMessage())
                                .log("reject downgrade request");
                    }
                });
    }

    /** Ends a downgrade; as in etcd it is no failure if there is none. */
    private CompletableFuture<DowngradeResponse> cancel() {
        return gate.confirm()
                .<Object>thenCompose(confirmed -> membership.downgrade().enabled()
                        ? proposals.propose(new Command.DowngradeInfoSet(false, ""))
                        : CompletableFuture.failedFuture(EtcdError.NO_INFLIGHT_DOWNGRADE.exception()))
                .handle((done, failure) -> {
                    if (failure != null) {
                        LOG.atWarn()
                                .addKeyValue(
                                        "error", LeaderCalls.unwrap(failure).getMessage())
                                .log("failed to cancel downgrade");
                    }
                    return answer();
                });
    }

    private CompletableFuture<ServerVersion> validate(String version) {
        ServerVersion target = target(version);
        if (target == null) {
            return CompletableFuture.failedFuture(EtcdError.WRONG_DOWNGRADE_VERSION_FORMAT.exception());
        }
        if (ServerVersion.parse(membership.clusterVersion()) == null) {
            return CompletableFuture.failedFuture(EtcdError.CLUSTER_VERSION_UNAVAILABLE.exception());
        }
        return gate.confirm().thenApply(confirmed -> {
            ServerVersion cluster = ServerVersion.parse(membership.clusterVersion());
            if (cluster == null || !target.equals(cluster.downgraded())) {
                throw EtcdError.INVALID_DOWNGRADE_TARGET_VERSION.exception();
            }
            if (membership.downgrade().enabled()) {
                throw EtcdError.DOWNGRADE_IN_PROCESS.exception();
            }
            return target;
        });
    }

    private static @Nullable ServerVersion target(String version) {
        ServerVersion full = ServerVersion.parse(version);
        ServerVersion target = full == null ? ServerVersion.parse(version + ".0") : full;
        return target == null ? null : target.cluster();
    }

    private DowngradeResponse answer() {
        ServerVersion cluster = ServerVersion.parse(membership.clusterVersion());
        return new DowngradeResponse(
                parts.headers().at(parts.store().revision()),
                cluster == null ? "" : cluster.major() + "." + cluster.minor());
    }
}
