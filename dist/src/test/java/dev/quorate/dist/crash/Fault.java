/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.crash;

import dev.quorate.dist.cluster.ClusterProcess;
import dev.quorate.dist.cluster.Member;
import dev.quorate.dist.cluster.Network;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What befalls a cluster; each of them is over when its method returns. */
enum Fault {
    /** One member is killed and started again. */
    KILL_ONE(false) {
        @Override
        void strike(ClusterProcess cluster, Random random) throws IOException, InterruptedException {
            Member one = any(cluster, random);
            one.process().kill();
            hold(random);
            one.restart();
        }
    },
    /** The leader is killed and started again. */
    KILL_LEADER(false) {
        @Override
        void strike(ClusterProcess cluster, Random random) throws IOException, InterruptedException {
            Member leader = cluster.leader();
            leader.process().kill();
            hold(random);
            leader.restart();
        }
    },
    /** All members are killed at once and started again. */
    KILL_ALL(false) {
        @Override
        void strike(ClusterProcess cluster, Random random) throws IOException, InterruptedException {
            for (Member member : cluster.members()) {
                member.process().handle().destroyForcibly();
            }
            for (Member member : cluster.members()) {
                member.process().kill();
            }
            cluster.restartAll();
        }
    },
    /** The leader stands still, and wakes as the leader that it no longer is. */
    PAUSE_LEADER(false) {
        @Override
        void strike(ClusterProcess cluster, Random random) throws IOException, InterruptedException {
            pause(cluster.leader(), random);
        }
    },
    /** One member stands still. */
    PAUSE_ONE(false) {
        @Override
        void strike(ClusterProcess cluster, Random random) throws IOException, InterruptedException {
            pause(any(cluster, random), random);
        }
    },
    /** The leader is alone, and the majority goes on. */
    MINORITY_LEADER(true) {
        @Override
        void strike(ClusterProcess cluster, Random random) throws IOException, InterruptedException {
            isolate(cluster, cluster.members().indexOf(cluster.leader()), true);
            hold(random);
        }
    },
    /** Any member is alone: the leader may stay with the majority. */
    MAJORITY(true) {
        @Override
        void strike(ClusterProcess cluster, Random random) throws IOException, InterruptedException {
            isolate(cluster, random.nextInt(cluster.members().size()), true);
            hold(random);
        }
    },
    /** Nobody reaches anybody. */
    SPLIT(true) {
        @Override
        void strike(ClusterProcess cluster, Random random) throws IOException, InterruptedException {
            for (int i = 0; i < cluster.members().size(); i++) {
                isolate(cluster, i, true);
            }
            hold(random);
        }
    },
    /** Each member reaches only the next one. */
    RING(true) {
        @Override
        void strike(ClusterProcess cluster, Random random) throws IOException, InterruptedException {
            int size = cluster.members().size();
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    cluster.network().cut(i, j, j != (i + 1) % size);
                }
            }
            hold(random);
        }
    },
    /** Two members do not reach each other, and both reach the others. */
    BRIDGE(true) {
        @Override
        void strike(ClusterProcess cluster, Random random) throws IOException, InterruptedException {
            int size = cluster.members().size();
            int one = random.nextInt(size);
            int other = (one + 1) % size;
            cluster.network().cut(one, other, true);
            cluster.network().cut(other, one, true);
            hold(random);
        }
    },
    /** One member hears and is not heard, or the other way round. */
    ONE_WAY(true) {
        @Override
        void strike(ClusterProcess cluster, Random random) throws IOException, InterruptedException {
            int one = random.nextInt(cluster.members().size());
            boolean deaf = random.nextBoolean();
            for (int i = 0; i < cluster.members().size(); i++) {
                cluster.network().cut(deaf ? i : one, deaf ? one : i, true);
            }
            hold(random);
        }
    },
    /** The leader is alone, and is not, and is. */
    FLAPPING(true) {
        @Override
        void strike(ClusterProcess cluster, Random random) throws IOException, InterruptedException {
            int one = cluster.members().indexOf(cluster.leader());
            for (int i = 0; i < 8; i++) {
                isolate(cluster, one, i % 2 == 0);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50 + random.nextInt(700)));
            }
        }
    };

    private static final int HOLD_MILLIS_MAX = 3000;

    private final boolean cuts;

    Fault(boolean cuts) {
        this.cuts = cuts;
    }

    /** Tells whether it takes a network that can be cut. */
    boolean cuts() {
        return cuts;
    }

    /** Lets it happen for a while. Cuts stay until {@link #heal}. */
    abstract void strike(ClusterProcess cluster, Random random) throws IOException, InterruptedException;

    static void heal(ClusterProcess cluster) throws IOException, InterruptedException {
        for (int i = 0; i < cluster.members().size(); i++) {
            isolate(cluster, i, false);
        }
    }

    private static void isolate(ClusterProcess cluster, int one, boolean cut) throws IOException, InterruptedException {
        Network network = cluster.network();
        for (int i = 0; i < cluster.members().size(); i++) {
            network.cut(i, one, cut);
            network.cut(one, i, cut);
        }
    }

    private static Member any(ClusterProcess cluster, Random random) {
        List<Member> members = cluster.members();
        return members.get(random.nextInt(members.size()));
    }

    private static void pause(Member member, Random random) throws IOException, InterruptedException {
        member.process().signal("STOP");
        hold(random);
        member.process().signal("CONT");
    }

    private static void hold(Random random) throws InterruptedException {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(HOLD_MILLIS_MAX)));
    }
}
