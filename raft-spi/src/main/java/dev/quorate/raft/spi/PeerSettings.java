/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * As whom and where a peer transport works.
 *
 * @param memberId this member, unsigned
 * @param clusterId its cluster, unsigned: others are refused
 * @param listenUrls where to listen, such as {@code http://127.0.0.1:2380}; port 0 lets the system choose
 * @param advertisedUrls where others reach this member; they are told when it connects
 * @param version version of this server, such as {@code 3.7.1}
 * @param minClusterVersion oldest version of a cluster that it can work in, such as {@code 3.0.0}
 * @param tls for {@code https} URLs; null for none
 * @param dialTimeoutNanos how long a connection may take to come up
 */
@API(status = API.Status.EXPERIMENTAL)
public record PeerSettings(
        long memberId,
        long clusterId,
        List<String> listenUrls,
        List<String> advertisedUrls,
        String version,
        String minClusterVersion,
        @Nullable PeerTls tls,
        long dialTimeoutNanos) {
    /** Takes copies of lists. */
    public PeerSettings {
        listenUrls = List.copyOf(listenUrls);
        advertisedUrls = List.copyOf(advertisedUrls);
    }
}
