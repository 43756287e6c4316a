/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.AlarmAction;
import dev.quorate.api.model.AlarmMember;
import dev.quorate.api.model.AlarmRequest;
import dev.quorate.api.model.AlarmResponse;
import dev.quorate.api.model.AlarmType;
import dev.quorate.api.model.LeaseGrantRequest;
import dev.quorate.api.model.LeaseGrantResponse;
import dev.quorate.api.model.LeaseRevokeResponse;
import dev.quorate.api.platform.Clock;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.lease.Lessor;
import dev.quorate.membership.Membership;
import dev.quorate.mvcc.MvccWriter;
import dev.quorate.schema.AlarmRecords;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.Command;
import dev.quorate.schema.LeaseRecord;
import dev.quorate.server.app.Applier.CommandApplier;
import dev.quorate.server.app.Applier.UnknownCommandException;
import dev.quorate.txn.Txns;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** The end of the chain: does what a command says. Confined to the thread that applies. */
final class StateApplier implements CommandApplier {
    private static final Logger LOG = LoggerFactory.getLogger(StateApplier.class);
    private static final Object DONE = new Object();

    private final MvccWriter keys;
    private final Lessor leases;
    private final AlarmBook alarms;
    private final Membership membership;
    private final Headers headers;
    private final Compactor compactor;
    private final Clock clock;

    StateApplier(MemberState state, Headers headers, Compactor compactor, Clock clock) {
        this.keys = state.store().writer();
        this.leases = state.lessor();
        this.alarms = state.alarms();
        this.membership = state.membership();
        this.headers = headers;
        this.compactor = compactor;
        this.clock = clock;
    }

    @Override
    public Object apply(Command command, WriteBatch batch) {
        if (command instanceof Command.Put put) {
            return headers.fill(keys.put(put.request()));
        } else if (command instanceof Command.Txn txn) {
            return headers.fill(Txns.write(keys, txn.request()));
        } else if (command instanceof Command.DeleteRange delete) {
            return headers.fill(keys.deleteRange(delete.request()));
        } else if (command instanceof Command.Range range) {
            return headers.fill(keys.view().range(range.request()));
        } else if (command instanceof Command.Compaction compaction) {
            var answer = keys.compact(compaction.request());
            compactor.wake();
            return answer;
        }
        Object answer = applyToLeases(command, batch);
        return answer != null ? answer : applyToMember(command, batch);
    }

    private @Nullable Object applyToLeases(Command command, WriteBatch batch) {
        if (command instanceof Command.LeaseGrant grant) {
            LeaseGrantRequest request = grant.request();
            long ttlSeconds = leases.grant(request.id(), request.ttlSeconds(), clock.monotonicNanos());
            batch.put(
                    Buckets.LEASE,
                    LeaseRecord.key(request.id()),
                    new LeaseRecord(request.id(), ttlSeconds, 0).encode());
            return new LeaseGrantResponse(headers.at(keys.view().revision()), request.id(), ttlSeconds);
        } else if (command instanceof Command.LeaseRevoke revoke) {
            List<Bytes> attached = leases.revoke(revoke.id());
            keys.deleteKeys(attached);
            batch.delete(Buckets.LEASE, LeaseRecord.key(revoke.id()));
            return new LeaseRevokeResponse(headers.at(keys.view().revision()));
        } else if (command instanceof Command.LeaseCheckpoint checkpoint) {
            checkpoint.checkpoints().forEach(lease -> apply(lease, batch));
            return DONE;
        }
        return null;
    }

    private void apply(Command.Checkpoint checkpoint, WriteBatch batch) {
        LeaseRecord row =
                leases.checkpoint(checkpoint.leaseId(), checkpoint.remainingTtlSeconds(), clock.monotonicNanos());
        if (row != null) {
            batch.put(Buckets.LEASE, LeaseRecord.key(row.id()), row.encode());
        }
    }

    private Object applyToMember(Command command, WriteBatch batch) {
        if (command instanceof Command.Alarm alarm) {
            return apply(alarm.request(), batch);
        } else if (command instanceof Command.ClusterVersionSet version) {
            String before = membership.clusterVersion();
            membership.setClusterVersion(version.version(), batch);
            log(before, version.version());
        } else if (command instanceof Command.ClusterMemberAttrSet attributes) {
            membership.setAttributes(attributes.memberId(), attributes.name(), attributes.clientUrls(), batch);
        } else if (command instanceof Command.DowngradeInfoSet downgrade) {
            membership.setDowngrade(downgrade.enabled(), downgrade.version(), batch);
        } else {
            throw new UnknownCommandException(String.valueOf(command));
        }
        return DONE;
    }

    private void log(String before, String version) {
        LoggingEventBuilder event = LOG.atInfo()
                .addKeyValue("cluster-id", Long.toHexString(headers.clusterId()))
                .addKeyValue("local-member-id", Long.toHexString(headers.memberId()));
        if (before.isEmpty()) {
            event.addKeyValue("cluster-version", version).log("set initial cluster version");
        } else {
            event.addKeyValue("from", before).addKeyValue("to", version).log("updated cluster version");
        }
    }

    private AlarmResponse apply(AlarmRequest request, WriteBatch batch) {
        List<AlarmMember> meant = List.of();
        if (request.action() == AlarmAction.GET) {
            meant = alarms.get(request.alarm());
        } else if (request.action() == AlarmAction.ACTIVATE && request.alarm() != AlarmType.NONE) {
            AlarmMember raised = alarms.activate(request.memberId(), request.alarm());
            batch.put(Buckets.ALARM, AlarmRecords.encode(raised), Bytes.EMPTY);
            meant = List.of(raised);
        } else if (request.action() == AlarmAction.DEACTIVATE) {
            AlarmMember lifted = alarms.deactivate(request.memberId(), request.alarm());
            if (lifted != null) {
                batch.delete(Buckets.ALARM, AlarmRecords.encode(lifted));
                meant = List.of(lifted);
            }
        }
        return new AlarmResponse(headers.at(keys.view().revision()), meant);
    }
}
