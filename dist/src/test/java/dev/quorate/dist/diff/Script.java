/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import dev.quorate.wire.etcdserverpb.HashKVRequest;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** What is done, step after step, from one seed. */
final class Script {
    /** How often our servers are stopped and started again. */
    private static final int RESTART_STEPS = 2000;

    private final Scene scene;
    private final Dice dice;
    private final KvRequests kv;
    private final TxnRequests txns;
    private final LeaseRequests leases;
    private final WatchSteps watches;
    private final LockSteps locks;
    private final MemberSteps members;
    private final BadInput badInput;
    private final Queue<Step> planned = new ArrayDeque<>();
    private int steps;
    private boolean restartWanted;

    Script(Scene scene) {
        this.scene = scene;
        this.dice = scene.dice;
        this.kv = new KvRequests(scene);
        this.txns = new TxnRequests(scene, kv);
        this.leases = new LeaseRequests(scene);
        this.watches = new WatchSteps(scene);
        this.locks = new LockSteps(scene);
        this.members = new MemberSteps(scene, kv);
        this.badInput = new BadInput(scene, kv, txns);
    }

    Step next() {
        steps++;
        restartWanted |= steps % RESTART_STEPS == RESTART_STEPS * 3 / 4;
        while (planned.isEmpty()) {
            planned.addAll(locks.settle());
            if (planned.isEmpty()) {
                planned.addAll(restartWanted ? restart() : plan());
            }
        }
        return planned.remove();
    }

    /** Those who wait are sent away one by one, so that their keys are gone everywhere; then all streams end. */
    private List<Step> restart() {
        List<Step> farewell = locks.cancel();
        if (!farewell.isEmpty()) {
            return farewell;
        }
        restartWanted = false;
        scene.forgottenHash = scene.compactRevision;
        return List.of(
                watches.sync(),
                Step.named("restart", subject -> {
                            subject.hangUp();
                            subject.restart();
                            return Answer.of("");
                        })
                        .then(answer -> {
                            watches.hungUp();
                            locks.hungUp();
                        }),
                Step.call(Call.HASH_KV, HashKVRequest.getDefaultInstance()),
                hash());
    }

    private List<Step> plan() {
        boolean unsettled = locks.unsettled();
        int kind = dice.below(1000);
        if (kind < 230) {
            return List.of(Step.call(Call.PUT, kv.put()));
        } else if (kind < 430) {
            return List.of(Step.call(Call.RANGE, kv.range()));
        } else if (kind < 490) {
            return List.of(Step.call(Call.DELETE_RANGE, kv.delete(true)));
        } else if (kind < 690) {
            return List.of(txns.step(txns.txn()));
        } else if (kind < 700) {
            // What watchers have not got yet, and those who wait have not seen, must not vanish.
            return unsettled ? List.of() : List.of(watches.sync(), kv.compaction(), hash(), hash());
        } else if (kind < 730) {
            return List.of(hash());
        } else if (kind < 760) {
            return List.of(Step.call(Call.RANGE_STREAM, kv.streamed()));
        } else if (kind < 840) {
            return List.of(leases.next());
        } else if (kind < 890) {
            return locks.next();
        } else if (kind < 940) {
            return watches.next();
        } else if (kind < 955) {
            return members.next();
        } else if (kind < 958) {
            return List.of(txns.step(kv.putMany()));
        } else if (kind < 959) {
            return dice.oneIn(3) ? watches.largest() : watches.large();
        }
        return List.of(badInput.next());
    }

    private Step hash() {
        return Step.call(Call.HASH_KV, kv.hash());
    }
}
