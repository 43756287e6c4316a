/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.model.Member;
import dev.quorate.api.platform.Metrics;
import dev.quorate.membership.Membership;
import dev.quorate.membership.ServerVersion;
import java.util.HashSet;
import java.util.Set;

/**
 * Shows members and versions, whose labels come as the cluster changes and stay, with 0, when what they name is over.
 * Called by one timer.
 */
final class ClusterMetrics {
    private final Membership membership;
    private final Metrics metrics;
    private final String local;
    private final Set<Long> members = new HashSet<>();
    private final Set<String> versions = new HashSet<>();

    ClusterMetrics(Membership membership, Metrics metrics, long memberId) {
        this.membership = membership;
        this.metrics = metrics;
        this.local = Long.toHexString(memberId);
    }

    /** Registers what is new. */
    void tick() {
        for (Member member : membership.members()) {
            if (members.add(member.id())) {
                metrics.gauge(
                        "etcd_network_known_peers",
                        "The current number of known peers.",
                        () -> membership.member(member.id()) == null ? 0 : 1,
                        "Local",
                        local,
                        "Remote",
                        Long.toHexString(member.id()));
            }
        }
        String version = shown();
        if (!version.isEmpty() && versions.add(version)) {
            metrics.gauge(
                    "etcd_cluster_version",
                    "Which version is running. 1 for 'cluster_version' label with current cluster version",
                    () -> shown().equals(version) ? 1 : 0,
                    "cluster_version",
                    version);
        }
    }

    private String shown() {
        ServerVersion version = ServerVersion.parse(membership.clusterVersion());
        return version == null ? "" : version.major() + "." + version.minor();
    }
}
