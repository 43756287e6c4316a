/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.inbound.Cluster;
import dev.quorate.api.inbound.Elections;
import dev.quorate.api.inbound.Health;
import dev.quorate.api.inbound.Kv;
import dev.quorate.api.inbound.Leases;
import dev.quorate.api.inbound.Locks;
import dev.quorate.api.inbound.Maintenance;
import dev.quorate.api.inbound.Services;
import dev.quorate.api.inbound.Watches;
import dev.quorate.api.platform.Clock;
import dev.quorate.api.platform.Metrics;
import dev.quorate.watch.WatchHub;

/** The inbound ports of a member, and what works beside them. */
final class ServiceSet implements Services {
    final MemberParts parts;
    final Activity activity;
    final LeaseKeeper keeper;
    final VersionMonitor versions;
    final LeaderTransfers transfers;
    private final WatchHub watches;
    private final KvService kv;
    private final MaintenanceService maintenance;
    private final LeaseService leases;
    private final LockService locks;
    private final ElectionService elections;
    private final ClusterService cluster;
    private final HealthService health;

    ServiceSet(MemberParts parts, WatchHub watches, Quota quota, OperationCounts counts, Environment environment) {
        Clock clock = environment.clock();
        Metrics metrics = environment.metrics();
        this.parts = parts;
        this.watches = watches;
        activity = new Activity(
                clock,
                parts.gate()::confirm,
                () -> parts.consensus().status().isLeader(),
                parts.settings().heartbeatMillis());
        keeper = new LeaseKeeper(parts, activity, clock, metrics);
        versions = new VersionMonitor(parts);
        transfers = new LeaderTransfers(parts, clock);
        LeaderCalls leader = new LeaderCalls(parts, clock);
        maintenance = new MaintenanceService(parts, transfers, quota, environment);
        KvService.SpaceGuard space = new KvService.SpaceGuard(quota, maintenance);
        kv = new KvService(parts, space, parts.settings().requestBytesMax(), counts);
        leases = new LeaseService(parts, leader, activity, space, clock);
        KeyQueue queue = new KeyQueue(kv, watches, leases);
        locks = new LockService(kv, queue);
        elections = new ElectionService(kv, watches, queue);
        cluster = new ClusterService(parts, leader, clock, metrics);
        health = new HealthService(kv, parts);
    }

    /** Returns who knows the answers for other members. */
    PeerAnswers.Sources sources() {
        return new PeerAnswers.Sources(cluster, leases, parts.applied(), maintenance, parts.gate());
    }

    @Override
    public Kv kv() {
        return kv;
    }

    @Override
    public Watches watches() {
        return watches;
    }

    @Override
    public Leases leases() {
        return leases;
    }

    @Override
    public Locks locks() {
        return locks;
    }

    @Override
    public Elections elections() {
        return elections;
    }

    @Override
    public Cluster cluster() {
        return cluster;
    }

    @Override
    public Maintenance maintenance() {
        return maintenance;
    }

    /** Returns the same with what only this member asks for. */
    MaintenanceService alarms() {
        return maintenance;
    }

    @Override
    public Health health() {
        return health;
    }
}
