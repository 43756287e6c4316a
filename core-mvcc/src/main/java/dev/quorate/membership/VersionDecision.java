/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.membership;

import dev.quorate.api.model.DowngradeInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * On which version the members should agree: that of the oldest server among them. It only grows, but for a downgrade
 * that was asked for. Source: etcd v3.7.1, {@code server/etcdserver/version/monitor.go}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class VersionDecision {
    /** What a cluster has as long as not every member can be asked. */
    public static final ServerVersion LEAST = new ServerVersion(3, 0, 0);

    private VersionDecision() {}

    /**
     * Decides.
     *
     * @param decided what was decided last; empty if nothing was
     * @param servers the version of each member's server; empty for a member that gave none
     * @param downgrade the downgrade under way
     * @return the version to decide now; empty if nothing is to change
     * @throws IllegalStateException if the downgrade under way is not possible
     */
    public static Optional<ServerVersion> of(String decided, Collection<String> servers, DowngradeInfo downgrade) {
        ServerVersion cluster = ServerVersion.parse(decided);
        ServerVersion least = least(servers);
        if (cluster == null) {
            return Optional.of(least == null ? LEAST : least.cluster());
        }
        if (least == null) {
            return Optional.empty();
        }
        if (downgrade.enabled()) {
            return downgraded(cluster, least.cluster(), downgrade);
        }
        return least.major() == cluster.major() && least.cluster().compareTo(cluster.cluster()) > 0
                ? Optional.of(least.cluster())
                : Optional.empty();
    }

    private static Optional<ServerVersion> downgraded(
            ServerVersion cluster, ServerVersion least, DowngradeInfo downgrade) {
        ServerVersion target = ServerVersion.parse(downgrade.targetVersion());
        if (cluster.equals(target)) {
            return Optional.empty();
        }
        if (target == null || !target.equals(cluster.downgraded()) || !target.equals(least.downgraded())) {
            throw new IllegalStateException("invalid downgrade target");
        }
        return Optional.of(target);
    }

    private static @Nullable ServerVersion least(Collection<String> servers) {
        List<ServerVersion> versions = new ArrayList<>();
        for (String server : servers) {
            ServerVersion version = ServerVersion.parse(server);
            if (version == null) {
                return null;
            }
            versions.add(version);
        }
        return versions.stream().min(ServerVersion::compareTo).orElse(null);
    }
}
