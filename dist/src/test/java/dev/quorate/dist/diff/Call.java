/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.util.List;

/**
 * A call as it goes over the wire: the bytes may be no message at all.
 *
 * @param method full name of the method
 * @param messages what is sent before the client's half-close
 * @param headers names and values of headers, in turn
 */
record Call(String method, List<ByteString> messages, List<String> headers) {
    static final String RANGE = "etcdserverpb.KV/Range";
    static final String RANGE_STREAM = "etcdserverpb.KV/RangeStream";
    static final String PUT = "etcdserverpb.KV/Put";
    static final String DELETE_RANGE = "etcdserverpb.KV/DeleteRange";
    static final String TXN = "etcdserverpb.KV/Txn";
    static final String COMPACT = "etcdserverpb.KV/Compact";
    static final String HASH_KV = "etcdserverpb.Maintenance/HashKV";
    static final String HASH = "etcdserverpb.Maintenance/Hash";
    static final String STATUS = "etcdserverpb.Maintenance/Status";
    static final String ALARM = "etcdserverpb.Maintenance/Alarm";
    static final String DEFRAGMENT = "etcdserverpb.Maintenance/Defragment";
    static final String MEMBER_LIST = "etcdserverpb.Cluster/MemberList";
    static final String LEASE_GRANT = "etcdserverpb.Lease/LeaseGrant";
    static final String LEASE_REVOKE = "etcdserverpb.Lease/LeaseRevoke";
    static final String LEASE_KEEP_ALIVE = "etcdserverpb.Lease/LeaseKeepAlive";
    static final String LEASE_TIME_TO_LIVE = "etcdserverpb.Lease/LeaseTimeToLive";
    static final String LEASE_LEASES = "etcdserverpb.Lease/LeaseLeases";
    static final String WATCH = "etcdserverpb.Watch/Watch";
    static final String LOCK = "v3lockpb.Lock/Lock";
    static final String UNLOCK = "v3lockpb.Lock/Unlock";
    static final String CAMPAIGN = "v3electionpb.Election/Campaign";
    static final String PROCLAIM = "v3electionpb.Election/Proclaim";
    static final String LEADER = "v3electionpb.Election/Leader";
    static final String OBSERVE = "v3electionpb.Election/Observe";
    static final String RESIGN = "v3electionpb.Election/Resign";
    static final String HEALTH_CHECK = "grpc.health.v1.Health/Check";

    static Call of(String method, Message message) {
        return of(method, message.toByteString());
    }

    static Call of(String method, ByteString message) {
        return new Call(method, List.of(message), List.of());
    }

    Call withHeader(String name, String value) {
        return new Call(method, messages, List.of(name, value));
    }
}
