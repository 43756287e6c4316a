/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.platform.Clock;
import dev.quorate.lease.LeaseSettings;
import dev.quorate.lease.Lessor;
import dev.quorate.raft.spi.ConsensusStatus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When leases are looked after, who hears of a leader, and who of none. */
class LeaderWatchTest {
    private static final long ELECTION_NANOS = 100;

    private final CountedMetrics metrics = new CountedMetrics();
    private final Lessor lessor = new Lessor(LeaseSettings.of(1), metrics, 0);
    private long now = 10_000;
    private final LeaderWatch watch = new LeaderWatch(
            lessor,
            new Clock() {
                @Override
                public long monotonicNanos() {
                    return now;
                }

                @Override
                public long wallMillis() {
                    return 0;
                }
            },
            ELECTION_NANOS,
            metrics);

    private void leads(long leader, long term) {
        watch.changed(new ConsensusStatus(1, leader, term, 0, 0, 0));
    }

    @Test
    void looksAfterLeasesOnceItsTermHasBegun() {
        leads(1, 5);
        assertThat(lessor.isPrimary()).isFalse(); // entries of earlier leaders may not be applied yet
        watch.begun(4);
        assertThat(lessor.isPrimary()).isFalse();
        watch.begun(5);
        assertThat(lessor.isPrimary()).isTrue();
    }

    @Test
    void mayHearOfTheEntryBeforeTheElection() {
        watch.begun(5);
        leads(1, 5);
        assertThat(lessor.isPrimary()).isTrue();
    }

    @Test
    void stopsAtOnceWhenItLeadsNoMore() {
        leads(1, 5);
        watch.begun(5);
        leads(0, 5);
        assertThat(lessor.isPrimary()).isFalse();
        leads(1, 6);
        assertThat(lessor.isPrimary()).isFalse();
        watch.begun(6);
        assertThat(lessor.isPrimary()).isTrue();
        leads(2, 7);
        assertThat(lessor.isPrimary()).isFalse();
    }

    @Test
    void givesLeasesTheirTimeOnlyOncePerTerm() {
        leads(1, 5);
        watch.begun(5);
        lessor.grant(7, 10, now);
        now += 3_000_000_000L;
        watch.begun(5); // a change of members that Raft could not make is an entry without data too
        watch.look(() -> new ConsensusStatus(1, 1, 5, 9, 9, 9));
        assertThat(lessor.timeToLive(7, now, false))
                .isNotNull()
                .extracting(time -> time.ttlSeconds())
                .isEqualTo(7L);
    }

    @Test
    void countsLeaders() {
        List<Long> seen = new ArrayList<>();
        watch.whenNewLeader(() -> seen.add(watch.leaderId()));
        leads(0, 1);
        leads(2, 2);
        leads(2, 2);
        leads(0, 3);
        leads(2, 3);
        leads(1, 4);
        assertThat(seen).containsExactly(2L, 2L, 1L);
        assertThat(metrics.value("etcd_server_leader_changes_seen_total")).isEqualTo(3);
    }

    @Test
    void tellsOfNoLeaderAfterThreeElectionTimeouts() {
        List<String> told = new ArrayList<>();
        Runnable end = watch.whenLost(() -> told.add("lost"));
        leads(2, 1);
        watch.tick();
        leads(0, 2);
        watch.tick();
        watch.tick();
        assertThat(told).isEmpty();
        leads(2, 2);
        watch.tick();
        leads(0, 3);
        watch.tick();
        watch.tick();
        assertThat(told).isEmpty();
        watch.tick();
        assertThat(told).hasSize(1);
        end.run();
        watch.tick();
        assertThat(told).hasSize(1);
    }

    @Test
    void knowsWhichRequestsMayHaveGoneWithTheLastLeader() {
        assertThat(watch.wasElectedAfter(now - 1)).isFalse();
        leads(1, 2);
        assertThat(watch.wasElectedAfter(now - 1)).isTrue();
        assertThat(watch.wasElectedAfter(now - 2 * ELECTION_NANOS)).isFalse();
        assertThat(watch.wasElectedAfter(now)).isFalse();
    }
}
