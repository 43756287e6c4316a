/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.platform.Metrics;
import dev.quorate.schema.LeaseRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The rules of leases one by one, as etcd v3.7.1 {@code server/lease/lessor.go} and its tests have them. */
class LessorTest {
    private static final long SECOND = 1_000_000_000L;

    /** Far from zero and negative, as {@link System#nanoTime} may be. */
    private static final long START = Long.MIN_VALUE + 12345;

    private final Lessor lessor = new Lessor(LeaseSettings.of(2), Metrics.NONE, START);

    private static long at(double seconds) {
        return START + (long) (seconds * SECOND);
    }

    @Test
    void shortestTimeIsOneAndAHalfElectionTimeoutsRoundedUp() {
        assertThat(LeaseSettings.minTtlSeconds(1000)).isEqualTo(2);
        assertThat(LeaseSettings.minTtlSeconds(2000)).isEqualTo(3);
        assertThat(LeaseSettings.minTtlSeconds(2001)).isEqualTo(4);
        assertThat(LeaseSettings.minTtlSeconds(100)).isEqualTo(1);
    }

    @Test
    void grantsRaiseShortTimesAndRefuseLongOnesAndTakenIds() {
        assertThat(lessor.grant(1, 10, START)).isEqualTo(10);
        assertThat(lessor.grant(2, 1, START)).isEqualTo(2);
        assertThat(lessor.grant(3, -5, START)).isEqualTo(2);
        assertThat(lessor.grant(-4, 9_000_000_000L, START)).isEqualTo(9_000_000_000L);
        assertFails(() -> lessor.grant(5, 9_000_000_001L, START), EtcdError.LEASE_TTL_TOO_LARGE);
        assertFails(() -> lessor.grant(1, 10, START), EtcdError.LEASE_EXIST);
        assertFails(() -> lessor.grant(0, 10, START), EtcdError.LEASE_NOT_FOUND);
        assertThat(lessor.size()).isEqualTo(4);
    }

    @Test
    void revocationGivesTheKeysSortedAndForgetsThem() {
        lessor.grant(1, 10, START);
        for (String key : List.of("b", "c", "a", "aa")) {
            lessor.attach(1, Bytes.utf8(key));
        }
        lessor.detach(1, Bytes.utf8("c"));
        assertThat(lessor.leaseOf(Bytes.utf8("a"))).isEqualTo(1);
        assertThat(lessor.leaseOf(Bytes.utf8("c"))).isZero();
        assertThat(lessor.revoke(1)).containsExactly(Bytes.utf8("a"), Bytes.utf8("aa"), Bytes.utf8("b"));
        assertThat(lessor.exists(1)).isFalse();
        assertThat(lessor.leaseOf(Bytes.utf8("a"))).isZero();
        assertFails(() -> lessor.revoke(1), EtcdError.LEASE_NOT_FOUND);
    }

    @Test
    void unknownLeasesAreIgnoredWhenKeysComeBack() {
        lessor.attach(7, Bytes.utf8("a"));
        assertThat(lessor.leaseOf(Bytes.utf8("a"))).isZero();
        lessor.detach(7, Bytes.utf8("a"));
    }

    @Test
    void onlyThePrimaryKnowsEnds() {
        lessor.grant(1, 10, START);
        assertThat(lessor.renew(1, START).outcome()).isEqualTo(Renewal.Outcome.NOT_PRIMARY);
        assertThat(lessor.expired(at(1000), 500)).isEmpty();
        assertThat(time(1, at(1000)).ttlSeconds()).isEqualTo(Long.MAX_VALUE / SECOND);
        lessor.promote(at(1000), SECOND);
        assertThat(time(1, at(1000)).ttlSeconds()).isEqualTo(11);
        assertThat(lessor.expired(at(1010.9), 500)).isEmpty();
        assertThat(lessor.expired(at(1011), 500)).containsExactly(1L);
        lessor.demote();
        assertThat(lessor.expired(at(2000), 500)).isEmpty();
        assertThat(lessor.renew(1, START).outcome()).isEqualTo(Renewal.Outcome.NOT_PRIMARY);
    }

    @Test
    void anEndIsNamedAgainWhileItsRevocationIsNotApplied() {
        lessor.promote(START, 0);
        lessor.grant(1, 5, START);
        assertThat(lessor.expired(at(5), 500)).containsExactly(1L);
        assertThat(lessor.expired(at(7.9), 500)).isEmpty();
        assertThat(lessor.expired(at(8), 500)).containsExactly(1L);
        lessor.revoke(1);
        assertThat(lessor.expired(at(100), 500)).isEmpty();
    }

    @Test
    void endsAreNamedInOrderAndAtMostSoMany() {
        lessor.promote(START, 0);
        lessor.grant(3, 5, START);
        lessor.grant(1, 6, START);
        lessor.grant(2, 7, START);
        lessor.renew(3, at(4));
        assertThat(lessor.expired(at(10), 2)).containsExactly(1L, 2L);
        assertThat(lessor.expired(at(10), 2)).containsExactly(3L);
        assertThat(lessor.list()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void renewalGivesTheFullTimeUntilTheEnd() {
        lessor.promote(START, 0);
        lessor.grant(1, 5, START);
        assertThat(lessor.renew(1, at(4))).isEqualTo(new Renewal(Renewal.Outcome.RENEWED, 5));
        assertThat(time(1, at(5.5)).ttlSeconds()).isEqualTo(3);
        assertThat(lessor.expired(at(8.9), 500)).isEmpty();
        assertThat(lessor.renew(1, at(9)).outcome()).isEqualTo(Renewal.Outcome.ENDING);
        assertThat(time(1, at(10.5)).ttlSeconds()).isEqualTo(-1);
        assertThat(lessor.renew(2, START).outcome()).isEqualTo(Renewal.Outcome.NOT_FOUND);
    }

    @Test
    void whoWaitsForAnEndIsToldOfTheRevocationOrOfTheDemotion() {
        List<String> told = new ArrayList<>();
        lessor.promote(START, 0);
        lessor.grant(1, 5, START);
        lessor.grant(2, 5, START);
        lessor.grant(4, 50, START);
        lessor.renew(1, at(5));
        lessor.renew(2, at(5));
        lessor.renew(4, at(5));
        lessor.whenEnded(4, () -> told.add("alive"));
        assertThat(told).containsExactly("alive");
        told.clear();
        lessor.whenEnded(1, () -> told.add("one"));
        lessor.whenEnded(2, () -> told.add("two"));
        lessor.whenEnded(3, () -> told.add("none"));
        assertThat(told).containsExactly("none");
        lessor.revoke(1);
        assertThat(told).containsExactly("none", "one");
        lessor.demote();
        assertThat(told).containsExactly("none", "one", "two");
        lessor.whenEnded(2, () -> told.add("follower"));
        assertThat(told).endsWith("follower");
    }

    @Test
    void longLeasesAreCheckpointedAndTheNextLeaderGoesOnFromThere() {
        lessor.promote(START, 0);
        lessor.grant(1, 1000, START);
        lessor.grant(2, 300, START);
        assertThat(lessor.dueCheckpoints(at(299.9), 1000)).isEmpty();
        assertThat(lessor.dueCheckpoints(at(300.5), 1000)).containsExactly(new LeaseRecord(1, 1000, 700));
        assertThat(lessor.dueCheckpoints(at(900), 1000)).isEmpty();
        assertThat(lessor.checkpoint(1, 700, at(300.6))).isEqualTo(new LeaseRecord(1, 1000, 700));
        assertThat(lessor.dueCheckpoints(at(600.6), 1000)).containsExactly(new LeaseRecord(1, 1000, 400));
        assertThat(lessor.checkpoint(9, 700, START)).isNull();

        lessor.promote(at(700), 2 * SECOND);
        assertThat(time(1, at(700)).ttlSeconds()).isEqualTo(702);
        assertThat(lessor.renew(1, at(701)).outcome()).isEqualTo(Renewal.Outcome.CHECKPOINTED);
        lessor.checkpoint(1, 0, at(701));
        assertThat(lessor.renew(1, at(701))).isEqualTo(new Renewal(Renewal.Outcome.RENEWED, 1000));
        assertThat(lessor.dueCheckpoints(at(1001), 1000)).containsExactly(new LeaseRecord(1, 1000, 700));
    }

    @Test
    void aLeaseRenewedJustBeforeItsCheckpointKeepsItsPlaceInTheQueue() {
        lessor.promote(START, 0);
        lessor.grant(1, 1000, START);
        lessor.renew(1, at(300));
        assertThat(lessor.dueCheckpoints(at(300), 1000)).isEmpty();
        assertThat(lessor.dueCheckpoints(at(600), 1000)).containsExactly(new LeaseRecord(1, 1000, 700));
    }

    @Test
    void restoredLeasesComeBackWithTheirCheckpoint() {
        lessor.grant(9, 100, START);
        lessor.restore(List.of(new LeaseRecord(1, 1000, 600), new LeaseRecord(2, 1, 0)));
        lessor.attach(1, Bytes.utf8("k"));
        assertThat(lessor.exists(9)).isFalse();
        lessor.promote(START, 0);
        assertThat(time(1, START)).isEqualTo(new LeaseTime(600, 1000, List.of(Bytes.utf8("k"))));
        assertThat(time(2, START).ttlSeconds()).isEqualTo(2);
        assertThat(lessor.list()).containsExactly(2L, 1L);
    }

    @Test
    void aNewLeaderSpreadsEndsThatWouldPileUp() {
        for (int id = 1; id <= 4000; id++) {
            lessor.grant(id, 60, START);
        }
        lessor.promote(START, 0);
        TreeMap<Long, Integer> perSecond = new TreeMap<>();
        for (double seconds = 0; seconds < 120; seconds += 0.5) {
            for (long id : lessor.expired(at(seconds), Integer.MAX_VALUE)) {
                perSecond.merge((long) seconds, 1, Integer::sum);
                lessor.revoke(id);
            }
        }
        assertThat(lessor.size()).isZero();
        assertThat(perSecond.firstKey()).isEqualTo(60);
        assertThat(perSecond.values()).allMatch(count -> count <= 1200);
        assertThat(perSecond.lastKey()).isBetween(64L, 67L);
    }

    @Test
    void theLongestTimeDoesNotOverflow() {
        lessor.promote(at(1e9), SECOND);
        lessor.grant(1, Lessor.MAX_TTL_SECONDS, at(1e9));
        assertThat(time(1, at(1e9)).ttlSeconds()).isBetween(8_000_000_000L, Lessor.MAX_TTL_SECONDS);
        assertThat(lessor.expired(at(2e9), 10)).isEmpty();
    }

    private LeaseTime time(long id, long nowNanos) {
        return Objects.requireNonNull(lessor.timeToLive(id, nowNanos, true));
    }

    private static void assertFails(Runnable call, EtcdError error) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        EtcdException.class, e -> assertThat(e.is(error)).isTrue());
    }
}
