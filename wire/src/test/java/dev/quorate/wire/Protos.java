/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.wire;

import com.google.protobuf.ByteString;
import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.Compare;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.DeleteRangeResponse;
import dev.quorate.api.model.Event;
import dev.quorate.api.model.EventType;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.PutResponse;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.RequestOp;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.model.ResponseOp;
import dev.quorate.api.model.TxnRequest;
import dev.quorate.api.model.TxnResponse;
import dev.quorate.api.model.WatchResponse;
import dev.quorate.schema.Command;
import dev.quorate.schema.CommandHeader;
import dev.quorate.wire.etcdserverpb.AlarmRequest;
import dev.quorate.wire.etcdserverpb.AlarmType;
import dev.quorate.wire.etcdserverpb.CompactionRequest;
import dev.quorate.wire.etcdserverpb.InternalRaftRequest;
import dev.quorate.wire.etcdserverpb.LeaseCheckpoint;
import dev.quorate.wire.etcdserverpb.LeaseCheckpointRequest;
import dev.quorate.wire.etcdserverpb.LeaseGrantRequest;
import dev.quorate.wire.etcdserverpb.LeaseRevokeRequest;
import dev.quorate.wire.etcdserverpb.RequestHeader;
import dev.quorate.wire.membershippb.Attributes;
import dev.quorate.wire.membershippb.ClusterMemberAttrSetRequest;
import dev.quorate.wire.membershippb.ClusterVersionSetRequest;
import dev.quorate.wire.membershippb.DowngradeInfoSetRequest;

/** Puts values into generated messages, field by field, by names and not by numbers. */
final class Protos {
    private Protos() {}

    static ByteString of(Bytes bytes) {
        return ByteString.copyFrom(bytes.toArray());
    }

    static dev.quorate.wire.etcdserverpb.RangeRequest of(RangeRequest request) {
        return dev.quorate.wire.etcdserverpb.RangeRequest.newBuilder()
                .setKey(of(request.range().key()))
                .setRangeEnd(of(request.range().end()))
                .setLimit(request.limit())
                .setRevision(request.revision())
                .setSortOrder(dev.quorate.wire.etcdserverpb.RangeRequest.SortOrder.valueOf(
                        request.sortOrder().name()))
                .setSortTarget(dev.quorate.wire.etcdserverpb.RangeRequest.SortTarget.valueOf(
                        request.sortTarget().name()))
                .setSerializable(request.serializable())
                .setKeysOnly(request.keysOnly())
                .setCountOnly(request.countOnly())
                .setMinModRevision(request.minModRevision())
                .setMaxModRevision(request.maxModRevision())
                .setMinCreateRevision(request.minCreateRevision())
                .setMaxCreateRevision(request.maxCreateRevision())
                .build();
    }

    static dev.quorate.wire.etcdserverpb.PutRequest of(PutRequest request) {
        return dev.quorate.wire.etcdserverpb.PutRequest.newBuilder()
                .setKey(of(request.key()))
                .setValue(of(request.value()))
                .setLease(request.lease())
                .setPrevKv(request.prevKv())
                .setIgnoreValue(request.ignoreValue())
                .setIgnoreLease(request.ignoreLease())
                .build();
    }

    static dev.quorate.wire.etcdserverpb.DeleteRangeRequest of(DeleteRangeRequest request) {
        return dev.quorate.wire.etcdserverpb.DeleteRangeRequest.newBuilder()
                .setKey(of(request.range().key()))
                .setRangeEnd(of(request.range().end()))
                .setPrevKv(request.prevKv())
                .build();
    }

    private static dev.quorate.wire.etcdserverpb.Compare of(Compare compare) {
        dev.quorate.wire.etcdserverpb.Compare.Builder builder = dev.quorate.wire.etcdserverpb.Compare.newBuilder()
                .setResult(dev.quorate.wire.etcdserverpb.Compare.CompareResult.valueOf(
                        compare.result().name()))
                .setTarget(dev.quorate.wire.etcdserverpb.Compare.CompareTarget.valueOf(
                        compare.target().name()))
                .setKey(of(compare.range().key()))
                .setRangeEnd(of(compare.range().end()));
        switch (compare.target()) {
            case VERSION -> builder.setVersion(compare.number());
            case CREATE -> builder.setCreateRevision(compare.number());
            case MOD -> builder.setModRevision(compare.number());
            case VALUE -> builder.setValue(of(compare.value()));
            case LEASE -> builder.setLease(compare.number());
            case UNRECOGNIZED -> throw new IllegalArgumentException();
        }
        return builder.build();
    }

    static dev.quorate.wire.etcdserverpb.TxnRequest of(TxnRequest request) {
        dev.quorate.wire.etcdserverpb.TxnRequest.Builder builder =
                dev.quorate.wire.etcdserverpb.TxnRequest.newBuilder();
        request.compares().forEach(compare -> builder.addCompare(of(compare)));
        request.success().forEach(op -> builder.addSuccess(of(op)));
        request.failure().forEach(op -> builder.addFailure(of(op)));
        return builder.build();
    }

    private static dev.quorate.wire.etcdserverpb.RequestOp of(RequestOp op) {
        dev.quorate.wire.etcdserverpb.RequestOp.Builder builder = dev.quorate.wire.etcdserverpb.RequestOp.newBuilder();
        if (op instanceof RangeRequest range) {
            builder.setRequestRange(of(range));
        } else if (op instanceof PutRequest put) {
            builder.setRequestPut(of(put));
        } else if (op instanceof DeleteRangeRequest delete) {
            builder.setRequestDeleteRange(of(delete));
        } else if (op instanceof TxnRequest txn) {
            builder.setRequestTxn(of(txn));
        }
        return builder.build();
    }

    static dev.quorate.wire.etcdserverpb.ResponseHeader of(ResponseHeader header) {
        return dev.quorate.wire.etcdserverpb.ResponseHeader.newBuilder()
                .setClusterId(header.clusterId())
                .setMemberId(header.memberId())
                .setRevision(header.revision())
                .setRaftTerm(header.raftTerm())
                .build();
    }

    static dev.quorate.wire.mvccpb.KeyValue of(KeyValue kv) {
        return dev.quorate.wire.mvccpb.KeyValue.newBuilder()
                .setKey(of(kv.key()))
                .setCreateRevision(kv.createRevision())
                .setModRevision(kv.modRevision())
                .setVersion(kv.version())
                .setValue(of(kv.value()))
                .setLease(kv.lease())
                .build();
    }

    static dev.quorate.wire.mvccpb.Event of(Event event) {
        dev.quorate.wire.mvccpb.Event.Builder builder = dev.quorate.wire.mvccpb.Event.newBuilder()
                .setType(
                        event.type() == EventType.PUT
                                ? dev.quorate.wire.mvccpb.Event.EventType.PUT
                                : dev.quorate.wire.mvccpb.Event.EventType.DELETE)
                .setKv(of(event.kv()));
        KeyValue previous = event.prevKv();
        if (previous != null) {
            builder.setPrevKv(of(previous));
        }
        return builder.build();
    }

    static dev.quorate.wire.etcdserverpb.RangeResponse of(RangeResponse response) {
        dev.quorate.wire.etcdserverpb.RangeResponse.Builder builder =
                dev.quorate.wire.etcdserverpb.RangeResponse.newBuilder()
                        .setHeader(of(response.header()))
                        .setMore(response.more())
                        .setCount(response.count());
        response.kvs().forEach(kv -> builder.addKvs(of(kv)));
        return builder.build();
    }

    static dev.quorate.wire.etcdserverpb.PutResponse of(PutResponse response) {
        dev.quorate.wire.etcdserverpb.PutResponse.Builder builder =
                dev.quorate.wire.etcdserverpb.PutResponse.newBuilder().setHeader(of(response.header()));
        KeyValue previous = response.prevKv();
        if (previous != null) {
            builder.setPrevKv(of(previous));
        }
        return builder.build();
    }

    static dev.quorate.wire.etcdserverpb.DeleteRangeResponse of(DeleteRangeResponse response) {
        dev.quorate.wire.etcdserverpb.DeleteRangeResponse.Builder builder =
                dev.quorate.wire.etcdserverpb.DeleteRangeResponse.newBuilder()
                        .setHeader(of(response.header()))
                        .setDeleted(response.deleted());
        response.prevKvs().forEach(kv -> builder.addPrevKvs(of(kv)));
        return builder.build();
    }

    static dev.quorate.wire.etcdserverpb.TxnResponse of(TxnResponse response) {
        dev.quorate.wire.etcdserverpb.TxnResponse.Builder builder =
                dev.quorate.wire.etcdserverpb.TxnResponse.newBuilder()
                        .setHeader(of(response.header()))
                        .setSucceeded(response.succeeded());
        response.responses().forEach(op -> builder.addResponses(of(op)));
        return builder.build();
    }

    private static dev.quorate.wire.etcdserverpb.ResponseOp of(ResponseOp op) {
        dev.quorate.wire.etcdserverpb.ResponseOp.Builder builder =
                dev.quorate.wire.etcdserverpb.ResponseOp.newBuilder();
        if (op instanceof RangeResponse range) {
            builder.setResponseRange(of(range));
        } else if (op instanceof PutResponse put) {
            builder.setResponsePut(of(put));
        } else if (op instanceof DeleteRangeResponse delete) {
            builder.setResponseDeleteRange(of(delete));
        } else if (op instanceof TxnResponse txn) {
            builder.setResponseTxn(of(txn));
        }
        return builder.build();
    }

    static dev.quorate.wire.etcdserverpb.WatchResponse of(WatchResponse response) {
        dev.quorate.wire.etcdserverpb.WatchResponse.Builder builder =
                dev.quorate.wire.etcdserverpb.WatchResponse.newBuilder()
                        .setHeader(of(response.header()))
                        .setWatchId(response.watchId())
                        .setCreated(response.created())
                        .setCanceled(response.canceled())
                        .setCompactRevision(response.compactRevision())
                        .setCancelReason(response.cancelReason())
                        .setFragment(response.fragment());
        response.events().forEach(event -> builder.addEvents(of(event)));
        return builder.build();
    }

    static InternalRaftRequest of(CommandHeader header, Command command) {
        InternalRaftRequest.Builder builder = InternalRaftRequest.newBuilder()
                .setHeader(RequestHeader.newBuilder()
                        .setID(header.id())
                        .setUsername(header.username())
                        .setAuthRevision(header.authRevision()));
        if (command instanceof Command.Range range) {
            builder.setRange(of(range.request()));
        } else if (command instanceof Command.Put put) {
            builder.setPut(of(put.request()));
        } else if (command instanceof Command.DeleteRange delete) {
            builder.setDeleteRange(of(delete.request()));
        } else if (command instanceof Command.Txn txn) {
            builder.setTxn(of(txn.request()));
        } else if (command instanceof Command.Compaction compaction) {
            builder.setCompaction(CompactionRequest.newBuilder()
                    .setRevision(compaction.request().revision())
                    .setPhysical(compaction.request().physical()));
        } else if (command instanceof Command.Alarm alarm) {
            builder.setAlarm(AlarmRequest.newBuilder()
                    .setAction(AlarmRequest.AlarmAction.valueOf(
                            alarm.request().action().name()))
                    .setMemberID(alarm.request().memberId())
                    .setAlarm(AlarmType.valueOf(alarm.request().alarm().name())));
        } else {
            leaseOrMember(builder, command);
        }
        return builder.build();
    }

    private static void leaseOrMember(InternalRaftRequest.Builder builder, Command command) {
        if (command instanceof Command.LeaseGrant grant) {
            builder.setLeaseGrant(LeaseGrantRequest.newBuilder()
                    .setTTL(grant.request().ttlSeconds())
                    .setID(grant.request().id()));
        } else if (command instanceof Command.LeaseRevoke revoke) {
            builder.setLeaseRevoke(LeaseRevokeRequest.newBuilder().setID(revoke.id()));
        } else if (command instanceof Command.LeaseCheckpoint checkpoint) {
            LeaseCheckpointRequest.Builder request = LeaseCheckpointRequest.newBuilder();
            checkpoint
                    .checkpoints()
                    .forEach(one -> request.addCheckpoints(LeaseCheckpoint.newBuilder()
                            .setID(one.leaseId())
                            .setRemainingTTL(one.remainingTtlSeconds())));
            builder.setLeaseCheckpoint(request);
        } else if (command instanceof Command.ClusterVersionSet set) {
            builder.setClusterVersionSet(ClusterVersionSetRequest.newBuilder().setVer(set.version()));
        } else if (command instanceof Command.ClusterMemberAttrSet set) {
            builder.setClusterMemberAttrSet(ClusterMemberAttrSetRequest.newBuilder()
                    .setMemberID(set.memberId())
                    .setMemberAttributes(
                            Attributes.newBuilder().setName(set.name()).addAllClientUrls(set.clientUrls())));
        } else if (command instanceof Command.DowngradeInfoSet set) {
            builder.setDowngradeInfoSet(DowngradeInfoSetRequest.newBuilder()
                    .setEnabled(set.enabled())
                    .setVer(set.version()));
        } else {
            throw new IllegalArgumentException("not known here: " + command);
        }
    }
}
