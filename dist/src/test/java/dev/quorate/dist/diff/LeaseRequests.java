/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.ByteString;
import dev.quorate.wire.etcdserverpb.LeaseGrantRequest;
import dev.quorate.wire.etcdserverpb.LeaseKeepAliveRequest;
import dev.quorate.wire.etcdserverpb.LeaseLeasesRequest;
import dev.quorate.wire.etcdserverpb.LeaseRevokeRequest;
import dev.quorate.wire.etcdserverpb.LeaseTimeToLiveRequest;
import java.util.ArrayList;
import java.util.List;

/** Leases with chosen ids, since ids reach the hash, and of times that do not end before the test. */
final class LeaseRequests {
    static final int LEASES = 5;
    private static final List<Long> ODD_IDS = List.of(-1L, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32);
    private static final long TTL_MAX = 9_000_000_000L;

    private final Dice dice;

    LeaseRequests(Scene scene) {
        this.dice = scene.dice;
    }

    Step next() {
        return switch (dice.below(8)) {
            case 0, 1, 2 -> grant(id());
            case 3 ->
                Step.call(
                        Call.LEASE_REVOKE,
                        LeaseRevokeRequest.newBuilder().setID(id()).build());
            case 4 ->
                Step.call(
                        Call.LEASE_TIME_TO_LIVE,
                        LeaseTimeToLiveRequest.newBuilder()
                                .setID(id())
                                .setKeys(dice.oneIn(2))
                                .build());
            case 5, 6 -> keepAlive();
            default ->
                dice.oneIn(4) ? grantShort() : Step.call(Call.LEASE_LEASES, LeaseLeasesRequest.getDefaultInstance());
        };
    }

    private long id() {
        return dice.oneIn(15) ? dice.pick(ODD_IDS) : 1 + dice.below(LEASES + 1);
    }

    private Step grant(long id) {
        long ttl = switch (dice.below(12)) {
            case 0 -> TTL_MAX + dice.below(2);
            case 1 -> Long.MAX_VALUE;
            default -> 1000 + dice.below(100);
        };
        return grant(id, ttl);
    }

    static Step grant(long id, long ttl) {
        return Step.call(
                Call.LEASE_GRANT,
                LeaseGrantRequest.newBuilder().setID(id).setTTL(ttl).build());
    }

    /** A time below the shortest, taken back before it can end. */
    private Step grantShort() {
        long ttl = dice.pick(List.of(0L, -5L, Long.MIN_VALUE));
        Call grant = Call.of(
                Call.LEASE_GRANT,
                LeaseGrantRequest.newBuilder().setID(99).setTTL(ttl).build());
        Call revoke = Call.of(
                Call.LEASE_REVOKE, LeaseRevokeRequest.newBuilder().setID(99).build());
        return Step.named(
                "grant lease 99 for " + ttl + " seconds, revoke it",
                subject -> Answer.of(
                        subject.ask(grant).text() + subject.ask(revoke).text()));
    }

    private Step keepAlive() {
        List<ByteString> requests = new ArrayList<>();
        for (int i = 1 + dice.below(3); i > 0; i--) {
            requests.add(LeaseKeepAliveRequest.newBuilder().setID(id()).build().toByteString());
        }
        return Step.raw(new Call(Call.LEASE_KEEP_ALIVE, requests, List.of()));
    }
}
