/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.quorate.wire.etcdserverpb.LeaseRevokeRequest;
import dev.quorate.wire.etcdserverpb.RangeRequest;
import dev.quorate.wire.etcdserverpb.RangeResponse;
import dev.quorate.wire.mvccpb.KeyValue;
import dev.quorate.wire.v3electionpb.CampaignRequest;
import dev.quorate.wire.v3electionpb.LeaderKey;
import dev.quorate.wire.v3electionpb.LeaderRequest;
import dev.quorate.wire.v3electionpb.ProclaimRequest;
import dev.quorate.wire.v3electionpb.ResignRequest;
import dev.quorate.wire.v3lockpb.LockRequest;
import dev.quorate.wire.v3lockpb.UnlockRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Locks and elections, with participants that wait and observers.
 *
 * <p>Who has to wait, and whose turn has come, is read off the keys at real etcd, so every wait is for something that
 * must happen. Each name has its participants, one lease each.
 */
final class LockSteps {
    private static final List<String> NAMES = List.of("a/lock0", "a/lock1", "a/vote0", "a/vote1");
    private static final long FIRST_LEASE = 101;
    private static final int LEASES = 4;
    private static final int WAITERS_MAX = 4;
    private static final int OBSERVERS_MAX = 3;

    /** How often a server is asked before it is said not to do what it should. */
    private static final int LOOKS_MAX = 50_000;

    /** How many steps those who wait have to look round before history may be taken from under them. */
    private static final int SETTLING_STEPS = 25;

    private final Scene scene;
    private final Dice dice;
    private final Map<Integer, Waiter> waiters = new TreeMap<>();
    private final Map<Integer, Observed> observers = new TreeMap<>();
    private int numbers;
    private boolean touched;
    private int stepsSinceTouched = SETTLING_STEPS;

    /** A call that waits until no key below the prefix is older than its own. */
    private record Waiter(ByteString name, ByteString key, long createRevision) {}

    private static final class Observed {
        final ByteString name;
        long modRevision;

        Observed(ByteString name) {
            this.name = name;
        }
    }

    LockSteps(Scene scene) {
        this.scene = scene;
        this.dice = scene.dice;
    }

    /** Tells whether a compaction might come between somebody who waits and what he waits for. */
    boolean unsettled() {
        return ++stepsSinceTouched < SETTLING_STEPS && !(waiters.isEmpty() && observers.isEmpty());
    }

    List<Step> next() {
        ByteString name = ByteString.copyFromUtf8(dice.pick(NAMES));
        boolean election = name.toStringUtf8().contains("vote");
        long lease = FIRST_LEASE + dice.below(LEASES + (dice.oneIn(20) ? 1 : 0));
        return switch (dice.below(14)) {
            case 0, 1 -> List.of(LeaseRequests.grant(lease, 2000 + dice.below(50)));
            case 2, 3, 4, 5 -> List.of(enter(name, lease, election));
            case 6, 7, 8 -> List.of(leave(name, lease, election));
            case 9 ->
                List.of(touching(Step.call(
                        Call.LEASE_REVOKE,
                        LeaseRevokeRequest.newBuilder().setID(lease).build())));
            case 10 -> List.of(proclaim(name));
            case 11 ->
                List.of(Step.call(
                        Call.LEADER, LeaderRequest.newBuilder().setName(name).build()));
            case 12 -> cancel();
            default -> observe(name);
        };
    }

    private Step touching(Step step) {
        return step.then(answer -> {
            touched = true;
            stepsSinceTouched = 0;
        });
    }

    private static ByteString prefix(ByteString name) {
        return name.concat(ByteString.copyFromUtf8("/"));
    }

    private static ByteString key(ByteString name, long lease) {
        return prefix(name).concat(ByteString.copyFromUtf8(Long.toHexString(lease)));
    }

    /** Those who take part, the oldest first. */
    private List<KeyValue> queue(ByteString name, long createRevisionMax) {
        RangeRequest request = RangeRequest.newBuilder()
                .setKey(prefix(name))
                .setRangeEnd(name.concat(ByteString.copyFromUtf8("0")))
                .setSortOrder(RangeRequest.SortOrder.ASCEND)
                .setSortTarget(RangeRequest.SortTarget.CREATE)
                .setMaxCreateRevision(createRevisionMax)
                .build();
        return scene.look(request).getKvsList();
    }

    private @Nullable KeyValue leader(ByteString name) {
        List<KeyValue> queue = queue(name, 0);
        return queue.isEmpty() ? null : queue.get(0);
    }

    private Step enter(ByteString name, long lease, boolean election) {
        ByteString value = ByteString.copyFromUtf8("c" + dice.below(3));
        Message request = election
                ? CampaignRequest.newBuilder()
                        .setName(name)
                        .setLease(lease)
                        .setValue(value)
                        .build()
                : LockRequest.newBuilder().setName(name).setLease(lease).build();
        String method = election ? Call.CAMPAIGN : Call.LOCK;
        ByteString key = key(name, lease);
        List<KeyValue> queue = queue(name, 0);
        boolean waits = !queue.isEmpty() && !queue.get(0).getKey().equals(key) && scene.hasLease(lease);
        if (!waits || waiters.size() >= WAITERS_MAX) {
            return waits
                    ? Step.call(
                            Call.LEADER,
                            LeaderRequest.newBuilder().setName(name).build())
                    : touching(Step.call(method, request));
        }
        int number = numbers++;
        Call call = Call.of(method, request);
        return touching(Step.named("waiter " + number + ": " + method + " {\n" + request + "}", subject -> {
                    Pending pending = subject.connection().send(call);
                    subject.waiting.put(number, pending);
                    return standing(subject, pending, key, election ? value : ByteString.EMPTY);
                }))
                .then(answer -> waiters.put(
                        number,
                        new Waiter(name, key, Long.parseLong(answer.text().split(" ")[1]))));
    }

    /** Waits until a participant is in the queue with its value. */
    private static Answer standing(Subject subject, Pending pending, ByteString key, ByteString value) {
        RangeRequest look = RangeRequest.newBuilder().setKey(key).build();
        for (int i = 0; i < LOOKS_MAX && !pending.answer().isDone(); i++) {
            RangeResponse found = subject.look(look);
            if (found.getCount() == 1 && found.getKvs(0).getValue().equals(value)) {
                KeyValue kv = found.getKvs(0);
                return new Answer(
                        "waits " + kv.getCreateRevision() + " " + kv.getModRevision() + " " + kv.getLease(),
                        List.of(found));
            }
        }
        return Answer.of("does not wait: " + pending.await().text());
    }

    private Step leave(ByteString name, long lease, boolean election) {
        ByteString key = key(name, lease);
        if (!election) {
            return touching(Step.call(
                    Call.UNLOCK, UnlockRequest.newBuilder().setKey(key).build()));
        }
        ResignRequest.Builder resign = ResignRequest.newBuilder();
        KeyValue leader = leader(name);
        if (leader != null && !dice.oneIn(5)) {
            resign.setLeader(LeaderKey.newBuilder()
                    .setName(name)
                    .setKey(leader.getKey())
                    .setRev(leader.getCreateRevision() + (dice.oneIn(10) ? 1 : 0))
                    .setLease(leader.getLease()));
        } else if (dice.oneIn(2)) {
            resign.setLeader(
                    LeaderKey.newBuilder().setName(name).setKey(key).setRev(1).setLease(lease));
        }
        return touching(Step.call(Call.RESIGN, resign.build()));
    }

    private Step proclaim(ByteString name) {
        ProclaimRequest.Builder proclaim =
                ProclaimRequest.newBuilder().setValue(ByteString.copyFromUtf8("p" + dice.below(5)));
        KeyValue leader = leader(name);
        if (leader != null) {
            proclaim.setLeader(LeaderKey.newBuilder()
                    .setName(name)
                    .setKey(leader.getKey())
                    .setRev(leader.getCreateRevision() - (dice.oneIn(6) ? 1 : 0))
                    .setLease(leader.getLease()));
        }
        return touching(Step.call(Call.PROCLAIM, proclaim.build()));
    }

    /** A waiter goes away, and its key with it. One whose key has gone before stays, or another's might go. */
    List<Step> cancel() {
        for (Map.Entry<Integer, Waiter> entry : waiters.entrySet()) {
            Waiter waiter = entry.getValue();
            RangeRequest look = RangeRequest.newBuilder().setKey(waiter.key).build();
            if (scene.look(look).getKvsList().stream()
                    .anyMatch(kv -> kv.getCreateRevision() == waiter.createRevision)) {
                return List.of(cancel(entry.getKey(), look));
            }
        }
        return List.of();
    }

    private Step cancel(int number, RangeRequest look) {
        return touching(Step.named("waiter " + number + " goes away", subject -> {
                    Pending pending = subject.waiting.remove(number);
                    pending.call().cancel("the client waits no longer", null);
                    RangeResponse found = subject.look(look);
                    for (int i = 0; i < LOOKS_MAX && found.getCount() > 0; i++) {
                        found = subject.look(look);
                    }
                    return new Answer("left: " + found.getKvsList(), List.of(found));
                }))
                .then(answer -> waiters.remove(number));
    }

    private List<Step> observe(ByteString name) {
        if (observers.size() >= OBSERVERS_MAX) {
            int number = dice.pick(List.copyOf(observers.keySet()));
            return List.of(Step.named("observer " + number + " goes away", subject -> {
                        subject.observers.remove(number).cancel();
                        return Answer.of("");
                    })
                    .then(answer -> observers.remove(number)));
        }
        if (leader(name) == null) {
            return List.of();
        }
        int number = numbers++;
        return List.of(touching(Step.named("observer " + number + " of " + name.toStringUtf8(), subject -> {
                    subject.observers.put(number, new Observer(subject.connection(), name));
                    return Answer.of("");
                }))
                .then(answer -> observers.put(number, new Observed(name))));
    }

    /** After a change: whose turn has come is answered, and those who observe hear of new leaders. */
    List<Step> settle() {
        if (!touched) {
            return List.of();
        }
        touched = false;
        List<Step> steps = new ArrayList<>();
        waiters.forEach((number, waiter) -> {
            if (queue(waiter.name, waiter.createRevision - 1).isEmpty()) {
                steps.add(touching(Step.named(
                                "the turn of waiter " + number,
                                subject -> subject.waiting.remove(number).await()))
                        .then(answer -> waiters.remove(number)));
            } else {
                steps.add(Step.named(
                        "waiter " + number + " waits",
                        subject ->
                                Answer.of(subject.waiting.get(number).answer().isDone() ? "is done" : "still waits")));
            }
        });
        observers.forEach((number, observed) -> {
            KeyValue leader = leader(observed.name);
            if (leader != null && leader.getModRevision() != observed.modRevision) {
                steps.add(Step.named(
                                "observer " + number + " hears of revision " + leader.getModRevision(),
                                subject -> subject.observers.get(number).heardUpTo(leader.getModRevision()))
                        .then(answer -> observed.modRevision = leader.getModRevision()));
            }
        });
        return steps;
    }

    /** Forgets everything, since all calls have been ended. */
    void hungUp() {
        waiters.clear();
        observers.clear();
    }
}
