/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.platform.Metrics;
import dev.quorate.schema.LeaseRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Random histories of leases, held against a map that is searched from end to end for everything. */
class LessorModelTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int MIN_TTL = 2;
    private static final long CHECKPOINT_SECONDS = 10;

    private static final class Model {
        final long ttl;
        long remaining;
        /** When it ends and is to be named; only while primary. */
        long end;

        long due;
        final TreeSet<Bytes> keys = new TreeSet<>();

        Model(long ttl) {
            this.ttl = ttl;
        }
    }

    private final Map<Long, Model> model = new TreeMap<>();
    private boolean primary;
    private long now;

    @Test
    void everyAnswerIsThatOfTheModel() {
        for (long seed = 1; seed <= 200; seed++) {
            try {
                new LessorModelTest().run(new Random(seed));
            } catch (RuntimeException | AssertionError failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
    }

    private void run(Random random) {
        now = random.nextLong();
        LeaseSettings settings = new LeaseSettings(MIN_TTL, CHECKPOINT_SECONDS * SECOND, 3 * SECOND, Integer.MAX_VALUE);
        Lessor lessor = new Lessor(settings, Metrics.NONE, now);
        for (int step = 0; step < 1000; step++) {
            now += (long) (random.nextDouble() * SECOND);
            step(lessor, random);
            checkAll(lessor);
        }
    }

    private void step(Lessor lessor, Random random) {
        long id = random.nextInt(12) - 2L;
        Bytes key = Bytes.utf8("k" + random.nextInt(20));
        switch (random.nextInt(10)) {
            case 0, 1 -> grant(lessor, id, random.nextInt(30) - 3);
            case 2 -> {
                if (random.nextInt(3) == 0) {
                    revoke(lessor, id);
                }
            }
            case 3 -> moveKey(lessor, id, key);
            case 4, 5 -> renew(lessor, id);
            case 6 -> expired(lessor, random);
            case 7 -> checkpoint(lessor, random);
            case 8 -> lead(lessor, random);
            default -> {
                assertThat(lessor.exists(id)).isEqualTo(model.containsKey(id));
            }
        }
    }

    private void grant(Lessor lessor, long id, long ttl) {
        if (id == 0 || model.containsKey(id)) {
            assertThatThrownBy(() -> lessor.grant(id, ttl, now)).isInstanceOf(EtcdException.class);
            return;
        }
        Model lease = new Model(Math.max(MIN_TTL, ttl));
        lease.end = now + lease.ttl * SECOND;
        lease.due = lease.end;
        model.put(id, lease);
        assertThat(lessor.grant(id, ttl, now)).isEqualTo(lease.ttl);
    }

    private void revoke(Lessor lessor, long id) {
        Model lease = model.remove(id);
        if (lease == null) {
            assertThatThrownBy(() -> lessor.revoke(id)).isInstanceOf(EtcdException.class);
        } else {
            assertThat(lessor.revoke(id)).containsExactlyElementsOf(lease.keys);
        }
    }

    private void moveKey(Lessor lessor, long id, Bytes key) {
        long before = lessor.leaseOf(key);
        Model holder = model.get(before);
        if (before != 0 && holder != null) {
            lessor.detach(before, key);
            assertThat(holder.keys.remove(key)).isTrue();
        }
        Model lease = model.get(id);
        if (lease != null) {
            lessor.attach(id, key);
            lease.keys.add(key);
        }
        assertThat(lessor.leaseOf(key)).isEqualTo(lease == null ? 0 : id);
    }

    private void renew(Lessor lessor, long id) {
        Renewal renewal = lessor.renew(id, now);
        Model lease = model.get(id);
        if (!primary) {
            assertThat(renewal.outcome()).isEqualTo(Renewal.Outcome.NOT_PRIMARY);
        } else if (lease == null) {
            assertThat(renewal.outcome()).isEqualTo(Renewal.Outcome.NOT_FOUND);
        } else if (lease.end - now <= 0) {
            assertThat(renewal.outcome()).isEqualTo(Renewal.Outcome.ENDING);
        } else if (lease.remaining > 0) {
            assertThat(renewal.outcome()).isEqualTo(Renewal.Outcome.CHECKPOINTED);
            lessor.checkpoint(id, 0, now);
            lease.remaining = 0;
        } else {
            assertThat(renewal).isEqualTo(new Renewal(Renewal.Outcome.RENEWED, lease.ttl));
            lease.end = now + lease.ttl * SECOND;
            lease.due = lease.end;
        }
    }

    private void expired(Lessor lessor, Random random) {
        int max = random.nextBoolean() ? 1 + random.nextInt(2) : 500;
        List<Long> expected = new ArrayList<>();
        if (primary) {
            model.entrySet().stream()
                    .filter(lease -> lease.getValue().due - now <= 0)
                    .sorted(Comparator.<Map.Entry<Long, Model>>comparingLong(lease -> lease.getValue().due - now)
                            .thenComparingLong(Map.Entry::getKey))
                    .limit(max)
                    .forEach(lease -> expected.add(lease.getKey()));
        }
        assertThat(lessor.expired(now, max)).isEqualTo(expected);
        for (long id : expected) {
            Model lease = model.get(id);
            if (lease != null) {
                lease.due = now + 3 * SECOND;
            }
            if (random.nextBoolean()) {
                revoke(lessor, id);
            }
        }
    }

    private void checkpoint(Lessor lessor, Random random) {
        for (LeaseRecord due : lessor.dueCheckpoints(now, 1 + random.nextInt(5))) {
            assertThat(primary).isTrue();
            Model lease = model.get(due.id());
            assertThat(lease).isNotNull();
            if (lease != null) {
                assertThat(due.ttlSeconds()).isEqualTo(lease.ttl);
                assertThat(due.remainingTtlSeconds() * SECOND).isBetween(lease.end - now, lease.end - now + SECOND);
                assertThat(due.remainingTtlSeconds()).isLessThan(lease.ttl);
                lease.remaining = due.remainingTtlSeconds();
                assertThat(lessor.checkpoint(due.id(), due.remainingTtlSeconds(), now))
                        .isEqualTo(due);
            }
        }
    }

    private void lead(Lessor lessor, Random random) {
        if (random.nextInt(4) != 0) {
            return;
        }
        primary = random.nextInt(3) != 0;
        if (!primary) {
            lessor.demote();
            return;
        }
        lessor.promote(now, SECOND);
        for (Model lease : model.values()) {
            lease.end = now + (lease.remaining > 0 ? lease.remaining : lease.ttl) * SECOND + SECOND;
            lease.due = lease.end;
        }
    }

    private void checkAll(Lessor lessor) {
        assertThat(lessor.size()).isEqualTo(model.size());
        model.forEach((id, lease) -> {
            LeaseTime time = lessor.timeToLive(id, now, true);
            long remaining = primary ? lease.end - now : Long.MAX_VALUE;
            assertThat(time).isEqualTo(new LeaseTime(remaining / SECOND, lease.ttl, List.copyOf(lease.keys)));
        });
        Comparator<Long> byEnd = Comparator.comparingLong(id -> primary ? end(id) - now : 0);
        assertThat(lessor.list())
                .isEqualTo(model.keySet().stream()
                        .sorted(byEnd.thenComparing(Comparator.naturalOrder()))
                        .toList());
    }

    private long end(long id) {
        Model lease = model.get(id);
        return lease == null ? now : lease.end;
    }
}
