/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.inbound.Health;
import dev.quorate.api.model.AlarmMember;
import dev.quorate.api.model.AlarmType;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.membership.Membership;
import dev.quorate.raft.spi.Consensus;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Health as etcd tells it. Thread-safe. Source: etcd v3.7.1, {@code server/etcdserver/api/etcdhttp/health.go}. */
final class HealthService implements Health {
    private final KvService kv;
    private final AlarmBook alarms;
    private final Membership membership;
    private final Consensus consensus;
    private final LeaderWatch leaders;
    private final long memberId;

    HealthService(KvService kv, MemberParts parts) {
        this.kv = kv;
        this.alarms = parts.alarms();
        this.membership = parts.membership();
        this.consensus = parts.consensus();
        this.leaders = parts.leaders();
        this.memberId = parts.headers().memberId();
    }

    @Override
    public CompletableFuture<Check> check(String name) {
        return switch (name) {
            case "serializable_read" -> readCheck(name, true);
            case "linearizable_read" -> readCheck(name, false);
            case "data_corruption" -> done(name, alarms.isUp(AlarmType.CORRUPT) ? "alarm activated: CORRUPT" : "");
            case "non_learner" -> done(name, membership.isLearner(memberId) ? "not supported for learner" : "");
            default -> throw new IllegalArgumentException("there is no check " + name);
        };
    }

    private static CompletableFuture<Check> done(String name, String failure) {
        return CompletableFuture.completedFuture(new Check(name, failure));
    }

    private CompletableFuture<Check> readCheck(String name, boolean serializable) {
        return probe(serializable)
                .handle((done, failure) -> new Check(name, failure == null ? "" : "range error: " + textOf(failure)));
    }

    private CompletableFuture<?> probe(boolean serializable) {
        return kv.read(RangeRequest.builder(KeyRange.single(Bytes.EMPTY))
                .keysOnly(true)
                .limit(1)
                .serializable(serializable)
                .build());
    }

    @Override
    public CompletableFuture<String> health(boolean serializable, Set<String> excludedAlarms) {
        for (AlarmMember alarm : alarms.get(AlarmType.NONE)) {
            if (!excludedAlarms.contains(alarm.alarm().name())) {
                String name = alarm.alarm() == AlarmType.UNRECOGNIZED
                        ? "UNKNOWN"
                        : alarm.alarm().name();
                return CompletableFuture.completedFuture("ALARM " + name);
            }
        }
        if (!serializable && consensus.status().leaderId() == 0) {
            return CompletableFuture.completedFuture("RAFT NO LEADER");
        }
        return probe(serializable).handle((done, failure) -> failure == null ? "" : "RANGE ERROR:" + textOf(failure));
    }

    private static String textOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return String.valueOf(cause.getMessage());
    }

    @Override
    public boolean hasLeader() {
        return consensus.status().leaderId() != 0;
    }

    @Override
    public boolean isLearner() {
        return membership.isLearner(memberId);
    }

    @Override
    public Runnable whenLeaderLost(Runnable then) {
        return leaders.whenLost(then);
    }

    @Override
    public String clusterVersion() {
        String version = membership.clusterVersion();
        return version.isEmpty() ? "not_decided" : version;
    }

    @Override
    public String storageVersion() {
        return membership.storageVersion();
    }
}
