/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.inbound.Cluster;
import dev.quorate.api.model.Member;
import dev.quorate.api.model.MemberAddResponse;
import dev.quorate.api.model.MemberListResponse;
import dev.quorate.api.platform.Clock;
import dev.quorate.api.platform.Metrics;
import dev.quorate.membership.MemberIds;
import dev.quorate.membership.Membership;
import dev.quorate.membership.PeerUrls;
import dev.quorate.raft.spi.PeerCallNames;
import dev.quorate.schema.MemberRecords;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Who the members are, and changes of that. Thread-safe. */
final class ClusterService implements Cluster {
    private final Membership membership;
    private final MembershipChanges changes;
    private final LeaderCalls leader;
    private final ReadGate gate;
    private final Headers headers;
    private final Clock clock;
    private final Metrics metrics;
    private final Metrics.Counter promoted;

    ClusterService(MemberParts parts, LeaderCalls leader, Clock clock, Metrics metrics) {
        this.membership = parts.membership();
        this.changes = new MembershipChanges(parts);
        this.gate = parts.gate();
        this.headers = parts.headers();
        this.leader = leader;
        this.clock = clock;
        this.metrics = metrics;
        this.promoted = metrics.counter(
                "etcd_server_learner_promote_successes",
                "The total number of successful learner promotions while this member is leader.");
    }

    @Override
    public CompletableFuture<MemberListResponse> memberList(boolean linearizable) {
        return gate.read(linearizable, () -> answer(membership.members()), () -> true);
    }

    @Override
    public CompletableFuture<MemberAddResponse> memberAdd(List<String> peerUrls, boolean learner) {
        List<String> urls;
        try {
            urls = PeerUrls.checked(peerUrls);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(EtcdError.MEMBER_BAD_URLS.exception());
        }
        long id = MemberIds.ofAdded(urls, TimeUnit.MILLISECONDS.toSeconds(clock.wallMillis()));
        Member member = new Member(id, "", urls, List.of(), learner);
        return changes.add(member).thenApply(members -> new MemberAddResponse(headers.at(0), member, members));
    }

    @Override
    public CompletableFuture<MemberListResponse> memberRemove(long id) {
        return changes.remove(id).thenApply(this::answer);
    }

    @Override
    public CompletableFuture<MemberListResponse> memberUpdate(long id, List<String> peerUrls) {
        return changes.update(id, peerUrls).thenApply(this::answer);
    }

    @Override
    public CompletableFuture<MemberListResponse> memberPromote(long id) {
        return promote(id).thenApply(this::answer);
    }

    /** Makes a learner a voter, or asks the leader to: only it knows how far the learner is. */
    CompletableFuture<List<Member>> promote(long id) {
        return leader.run(new LeaderCalls.Task<>(
                () -> promoteHere(id),
                PeerCallNames.PROMOTE,
                Bytes.utf8(Long.toUnsignedString(id)),
                MemberRecords::decodeList,
                text -> Optional.ofNullable(PeerTexts.promotionRefusal(text))
                        .map(refusal -> CompletableFuture.failedFuture(refusal.exception())),
                false));
    }

    private CompletableFuture<List<Member>> promoteHere(long id) {
        return changes.promote(id).whenComplete((members, failure) -> {
            if (failure == null) {
                promoted.add(1);
            } else if (!LeaderCalls.isNotLeader(failure)) {
                metrics.counter(
                                "etcd_server_learner_promote_failures",
                                "The total number of failed learner promotions (likely learner not ready) while this"
                                        + " member is leader.",
                                "Reason",
                                String.valueOf(LeaderCalls.unwrap(failure).getMessage()))
                        .add(1);
            }
        });
    }

    private MemberListResponse answer(List<Member> members) {
        return new MemberListResponse(headers.at(0), members);
    }
}
