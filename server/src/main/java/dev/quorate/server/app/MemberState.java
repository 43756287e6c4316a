/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.AlarmMember;
import dev.quorate.api.platform.Clock;
import dev.quorate.api.platform.Metrics;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageReader.Cursor;
import dev.quorate.lease.LeaseSettings;
import dev.quorate.lease.Lessor;
import dev.quorate.membership.Membership;
import dev.quorate.mvcc.MvccStore;
import dev.quorate.schema.AlarmRecords;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.LeaseRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Everything that the log is applied to, as a store brought it back.
 *
 * @param engine the store
 * @param store keys and their history
 * @param lessor leases
 * @param membership members and versions
 * @param alarms alarms
 * @param appliedIndex last entry that the store held the effect of when it was opened, 0 for none
 */
record MemberState(
        StorageEngine engine,
        MvccStore store,
        Lessor lessor,
        Membership membership,
        AlarmBook alarms,
        long appliedIndex) {
    private static final long CHECKPOINT_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(5);

    /** Reads a store. */
    static MemberState restore(StorageEngine engine, MemberSettings settings, Clock clock, Metrics metrics) {
        LeaseSettings leases = LeaseSettings.of(LeaseSettings.minTtlSeconds(settings.electionMillis()));
        Lessor lessor = new Lessor(
                new LeaseSettings(
                        leases.minTtlSeconds(),
                        settings.leaseCheckpoint() ? CHECKPOINT_INTERVAL_NANOS : 0,
                        leases.retryNanos(),
                        leases.endsPerSecondMax()),
                metrics,
                clock.monotonicNanos());
        lessor.restore(storedLeases(engine));
        return new MemberState(
                engine,
                MvccStore.open(engine, lessor),
                lessor,
                Membership.restore(engine),
                new AlarmBook(storedAlarms(engine)),
                StoreReplacement.storedIndex(engine));
    }

    /** Reads everything again but the keys, after other rows were put in place. */
    void reload() {
        lessor.restore(storedLeases(engine));
        membership.reload(engine);
        alarms.reload(storedAlarms(engine));
    }

    private static List<LeaseRecord> storedLeases(StorageEngine engine) {
        List<LeaseRecord> leases = new ArrayList<>();
        try (Cursor cursor = engine.scan(Buckets.LEASE, Bytes.EMPTY, null, false)) {
            while (cursor.next()) {
                leases.add(LeaseRecord.decode(cursor.value()));
            }
        }
        return leases;
    }

    private static List<AlarmMember> storedAlarms(StorageEngine engine) {
        List<AlarmMember> alarms = new ArrayList<>();
        try (Cursor cursor = engine.scan(Buckets.ALARM, Bytes.EMPTY, null, false)) {
            while (cursor.next()) {
                alarms.add(AlarmRecords.decode(cursor.key()));
            }
        }
        return alarms;
    }
}
