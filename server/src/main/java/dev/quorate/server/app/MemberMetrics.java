/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.model.AlarmType;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.platform.Metrics;
import java.util.function.BooleanSupplier;

/** What one member has to tell to dashboards, under etcd's names. */
final class MemberMetrics {
    private final MemberParts parts;
    private final Quota quota;
    private final MemberSettings settings;
    private final BooleanSupplier installing;

    MemberMetrics(MemberParts parts, Quota quota, MemberSettings settings, BooleanSupplier installing) {
        this.parts = parts;
        this.quota = quota;
        this.settings = settings;
        this.installing = installing;
    }

    void register(Metrics metrics) {
        raft(metrics);
        storage(metrics);
        metrics.gauge(
                "etcd_server_version",
                "Which version is running. 1 for 'server_version' label with current version.",
                () -> 1,
                "server_version",
                EtcdVersion.SERVER);
        metrics.gauge(
                "etcd_server_go_version",
                "Which runtime server is running with. 1 for 'server_go_version' label with current version.",
                () -> 1,
                "server_go_version",
                "java" + Runtime.version().feature());
        metrics.gauge(
                "etcd_server_id",
                "Server or member ID in hexadecimal format. 1 for 'server_id' label with current ID.",
                () -> 1,
                "server_id",
                Long.toHexString(settings.memberId()));
        metrics.gauge(
                "etcd_debugging_server_alarms",
                "Alarms for every member in cluster. 1 for 'server_id' label with current ID. "
                        + "2 for 'alarm_type' label with type of this alarm",
                () -> parts.alarms().isUp(AlarmType.NOSPACE) ? 1 : 0,
                "server_id",
                Long.toHexString(settings.memberId()),
                "alarm_type",
                "NOSPACE");
    }

    private void raft(Metrics metrics) {
        metrics.gauge(
                "etcd_server_has_leader",
                "Whether or not a leader exists. 1 is existence, 0 is not.",
                () -> parts.consensus().status().leaderId() == 0 ? 0 : 1);
        metrics.gauge(
                "etcd_server_is_leader",
                "Whether or not this member is a leader. 1 if is, 0 otherwise.",
                () -> parts.consensus().status().isLeader() ? 1 : 0);
        metrics.gauge(
                "etcd_server_is_learner",
                "Whether or not this member is a learner. 1 if is, 0 otherwise.",
                () -> parts.membership().isLearner(settings.memberId()) ? 1 : 0);
        neverInAGroupOfOne(metrics);
        metrics.gauge(
                "etcd_server_snapshot_apply_in_progress_total",
                "1 if the server is applying the incoming snapshot. 0 if none.",
                () -> installing.getAsBoolean() ? 1 : 0);
        metrics.gauge("etcd_server_proposals_applied_total", "The total number of consensus proposals applied.", () ->
                (double) parts.consensus().status().appliedIndex());
        metrics.gauge(
                "etcd_server_proposals_committed_total", "The total number of consensus proposals committed.", () ->
                        (double) parts.consensus().status().commitIndex());
        metrics.gauge(
                "etcd_server_proposals_pending",
                "The current number of pending proposals to commit.",
                () -> parts.proposals().size());
    }

    /** What dashboards ask for and cannot happen while a member is alone. */
    private static void neverInAGroupOfOne(Metrics metrics) {
        metrics.counter(
                "etcd_server_heartbeat_send_failures_total",
                "The total number of leader heartbeat send failures (likely overloaded from slow disk).");
    }

    private void storage(Metrics metrics) {
        metrics.gauge("etcd_server_quota_backend_bytes", "Current backend storage quota size in bytes.", () ->
                (double) quota.limitBytes());
        metrics.gauge(
                "etcd_mvcc_db_total_size_in_bytes",
                "Total size of the underlying database physically allocated in bytes.",
                () -> (double) parts.engine().sizeOnDisk());
        metrics.gauge(
                "etcd_mvcc_db_total_size_in_use_in_bytes",
                "Total size of the underlying database logically in use in bytes.",
                () -> (double) parts.engine().sizeInUse());
        metrics.gauge("etcd_debugging_mvcc_keys_total", "Total number of keys.", () ->
                (double) parts.store().count(new KeyRange(KeyRange.FROM_KEY, KeyRange.FROM_KEY)));
        metrics.gauge("etcd_debugging_mvcc_current_revision", "The current revision of store.", () ->
                (double) parts.store().revision());
        metrics.gauge("etcd_debugging_mvcc_compact_revision", "The revision of the last compaction in store.", () ->
                (double) parts.store().compactRevision());
    }
}
