/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoShape;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.api.inbound.Leases;
import dev.quorate.api.message.ResponseMessages;
import dev.quorate.api.model.LeaseGrantRequest;
import dev.quorate.api.model.LeaseGrantResponse;
import dev.quorate.api.model.LeaseKeepAliveResponse;
import dev.quorate.api.model.LeaseLeasesResponse;
import dev.quorate.api.model.LeaseTimeToLiveResponse;
import dev.quorate.wire.etcdserverpb.RpcProto;
import io.grpc.ServerServiceDefinition;

/** {@code etcdserverpb.Lease}. */
final class LeaseMethods {
    private static final ProtoShape GRANT = ProtoShape.ofNumbers(1, 2);
    private static final ProtoShape TIME_TO_LIVE = ProtoShape.ofNumbers(1, 2);
    private static final ProtoShape ID = ProtoShape.ofNumbers(1);

    private LeaseMethods() {}

    static ServerServiceDefinition of(Leases leases, CallLimits limits) {
        return new ServiceMethods(RpcProto.getDescriptor(), "Lease", limits)
                .unary("LeaseGrant", request -> leases.grant(grant(request)), LeaseMethods::write)
                .unary(
                        "LeaseRevoke",
                        request -> leases.revoke(id(request)),
                        (writer, answer) -> ResponseMessages.header(writer, 1, answer.header()))
                .method("LeaseKeepAlive", new KeepAliveCall.Method(limits, leases))
                .unary("LeaseTimeToLive", request -> timeToLive(leases, request), LeaseMethods::write)
                .unary("LeaseLeases", ServiceMethods.ofNothing(leases::leases), LeaseMethods::write)
                .build();
    }

    private static LeaseGrantRequest grant(ProtoReader reader) {
        long ttl = 0;
        long id = 0;
        while (reader.next(GRANT)) {
            switch (reader.field()) {
                case 1 -> ttl = reader.varint();
                case 2 -> id = reader.varint();
                default -> reader.skip();
            }
        }
        return new LeaseGrantRequest(ttl, id);
    }

    /** Reads a message whose only field of interest is the id of a lease. */
    static long id(ProtoReader reader) {
        long id = 0;
        while (reader.next(ID)) {
            if (reader.field() == 1) {
                id = reader.varint();
            } else {
                reader.skip();
            }
        }
        return id;
    }

    private static java.util.concurrent.CompletableFuture<LeaseTimeToLiveResponse> timeToLive(
            Leases leases, ProtoReader reader) {
        long id = 0;
        boolean keys = false;
        while (reader.next(TIME_TO_LIVE)) {
            switch (reader.field()) {
                case 1 -> id = reader.varint();
                case 2 -> keys = reader.bool();
                default -> reader.skip();
            }
        }
        return leases.timeToLive(id, keys);
    }

    private static void write(ProtoWriter writer, LeaseGrantResponse answer) {
        ResponseMessages.header(writer, 1, answer.header());
        writer.varint(2, answer.id()).varint(3, answer.ttlSeconds());
    }

    static void write(ProtoWriter writer, LeaseKeepAliveResponse answer) {
        ResponseMessages.header(writer, 1, answer.header());
        writer.varint(2, answer.id()).varint(3, answer.ttlSeconds());
    }

    private static void write(ProtoWriter writer, LeaseTimeToLiveResponse answer) {
        ResponseMessages.header(writer, 1, answer.header());
        writer.varint(2, answer.id()).varint(3, answer.ttlSeconds()).varint(4, answer.grantedTtlSeconds());
        for (Bytes key : answer.keys()) {
            writer.bytesAlways(5, key);
        }
    }

    private static void write(ProtoWriter writer, LeaseLeasesResponse answer) {
        ResponseMessages.header(writer, 1, answer.header());
        for (long id : answer.ids()) {
            int mark = writer.begin(2);
            writer.varint(1, id);
            writer.end(mark);
        }
    }
}
