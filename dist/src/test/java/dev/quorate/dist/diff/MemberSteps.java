/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.ByteString;
import dev.quorate.wire.etcdserverpb.AlarmRequest;
import dev.quorate.wire.etcdserverpb.AlarmType;
import dev.quorate.wire.etcdserverpb.DefragmentRequest;
import dev.quorate.wire.etcdserverpb.DeleteRangeRequest;
import dev.quorate.wire.etcdserverpb.HashRequest;
import dev.quorate.wire.etcdserverpb.LeaseRevokeRequest;
import dev.quorate.wire.etcdserverpb.MemberListRequest;
import dev.quorate.wire.etcdserverpb.RangeRequest;
import dev.quorate.wire.etcdserverpb.StatusRequest;
import io.grpc.health.v1.HealthCheckRequest;
import java.util.ArrayList;
import java.util.List;

/** What concerns a member: status, alarms, hash, health, who belongs to the cluster. */
final class MemberSteps {
    private final Dice dice;
    private final KvRequests kv;

    MemberSteps(Scene scene, KvRequests kv) {
        this.dice = scene.dice;
        this.kv = kv;
    }

    List<Step> next() {
        return switch (dice.below(20)) {
            case 0, 1, 2, 3 -> List.of(status());
            case 4, 5, 6 ->
                List.of(Step.call(
                        Call.MEMBER_LIST,
                        MemberListRequest.newBuilder()
                                .setLinearizable(dice.oneIn(2))
                                .build()));
            case 7, 8 -> List.of(Step.call(Call.HASH, HashRequest.getDefaultInstance()));
            case 9, 10, 11 ->
                List.of(Step.call(
                        Call.HEALTH_CHECK,
                        HealthCheckRequest.newBuilder()
                                .setService(dice.pick(List.of("", "", "etcdserverpb.KV", "none")))
                                .build()));
            case 12 -> dice.oneIn(4) ? List.of(defragment()) : List.of(alarms());
            case 13, 14, 15, 16 -> List.of(alarms());
            default -> alarm(dice.oneIn(2) ? AlarmType.NOSPACE : AlarmType.CORRUPT);
        };
    }

    private static Step status() {
        return Step.call(Call.STATUS, StatusRequest.getDefaultInstance());
    }

    private static Step defragment() {
        return Step.call(Call.DEFRAGMENT, DefragmentRequest.getDefaultInstance());
    }

    /** Requests about alarms that leave things as they are. */
    private Step alarms() {
        AlarmRequest.Builder request = AlarmRequest.newBuilder();
        switch (dice.below(4)) {
            case 0 ->
                request.setAction(AlarmRequest.AlarmAction.DEACTIVATE)
                        .setMemberID(dice.below(3))
                        .setAlarmValue(dice.below(3));
            case 1 -> request.setAction(AlarmRequest.AlarmAction.ACTIVATE).setAlarm(AlarmType.NONE);
            default -> request.setAlarmValue(dice.below(3));
        }
        return Step.call(Call.ALARM, request.build());
    }

    /** Raises an alarm, asks for much that it forbids, and takes it back. */
    private List<Step> alarm(AlarmType type) {
        List<Step> steps = new ArrayList<>();
        steps.add(alarm(AlarmRequest.AlarmAction.ACTIVATE, type));
        for (int i = 1 + dice.below(6); i > 0; i--) {
            steps.add(
                    switch (dice.below(9)) {
                        case 0 -> Step.call(Call.PUT, kv.put());
                        case 1 -> Step.call(Call.TXN, kv.putMany());
                        case 2 -> LeaseRequests.grant(1L + dice.below(LeaseRequests.LEASES), 1000);
                        case 3 -> status();
                        case 4 -> alarms();
                        case 5 ->
                            Step.call(
                                    Call.DELETE_RANGE,
                                    DeleteRangeRequest.newBuilder()
                                            .setKey(Scene.small(dice.below(Scene.SMALL_KEYS)))
                                            .build());
                        case 6 ->
                            Step.call(
                                    Call.LEASE_REVOKE,
                                    LeaseRevokeRequest.newBuilder()
                                            .setID(1L + dice.below(LeaseRequests.LEASES))
                                            .build());
                        case 7 -> Step.call(Call.HASH_KV, kv.hash());
                        default ->
                            Step.call(
                                    Call.RANGE,
                                    RangeRequest.newBuilder()
                                            .setKey(Scene.FIRST_SMALL)
                                            .setRangeEnd(ByteString.copyFromUtf8("l"))
                                            .build());
                    });
        }
        steps.add(alarm(AlarmRequest.AlarmAction.DEACTIVATE, type));
        steps.add(status());
        return steps;
    }

    private static Step alarm(AlarmRequest.AlarmAction action, AlarmType type) {
        return Step.named(
                action + " " + type,
                subject -> subject.ask(Call.of(
                        Call.ALARM,
                        AlarmRequest.newBuilder()
                                .setAction(action)
                                .setMemberID(subject.memberId())
                                .setAlarm(type)
                                .build())));
    }
}
