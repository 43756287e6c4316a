/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.inbound.Cluster;
import dev.quorate.api.model.MemberListResponse;
import dev.quorate.membership.Membership;
import java.util.concurrent.CompletableFuture;

/** Who the members are. Thread-safe. */
final class ClusterService implements Cluster {
    private final Membership membership;
    private final ReadGate gate;
    private final Headers headers;

    ClusterService(MemberParts parts) {
        this.membership = parts.membership();
        this.gate = parts.gate();
        this.headers = parts.headers();
    }

    @Override
    public CompletableFuture<MemberListResponse> memberList(boolean linearizable) {
        return gate.read(linearizable, () -> new MemberListResponse(headers.at(0), membership.members()), () -> true);
    }
}
