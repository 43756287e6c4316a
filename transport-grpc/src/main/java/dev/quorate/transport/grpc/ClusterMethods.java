/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoShape;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.api.inbound.Cluster;
import dev.quorate.api.message.ResponseMessages;
import dev.quorate.api.model.Member;
import dev.quorate.api.model.MemberAddResponse;
import dev.quorate.api.model.MemberListResponse;
import dev.quorate.wire.etcdserverpb.RpcProto;
import io.grpc.ServerServiceDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code etcdserverpb.Cluster}. */
final class ClusterMethods {
    private static final ProtoShape ADD = ProtoShape.ofBytes(1).numbers(2);
    private static final ProtoShape UPDATE = ProtoShape.ofBytes(2).numbers(1);

    private ClusterMethods() {}

    static ServerServiceDefinition of(Cluster cluster, CallLimits limits) {
        return new ServiceMethods(RpcProto.getDescriptor(), "Cluster", limits)
                .unary("MemberAdd", request -> add(cluster, request), ClusterMethods::write)
                .unary("MemberRemove", request -> cluster.memberRemove(LeaseMethods.id(request)), ClusterMethods::write)
                .unary("MemberUpdate", request -> update(cluster, request), ClusterMethods::write)
                .unary(
                        "MemberList",
                        request -> cluster.memberList(LeaseMethods.id(request) != 0),
                        ClusterMethods::write)
                .unary(
                        "MemberPromote",
                        request -> cluster.memberPromote(LeaseMethods.id(request)),
                        ClusterMethods::write)
                .build();
    }

    private static CompletableFuture<MemberAddResponse> add(Cluster cluster, ProtoReader reader) {
        List<String> urls = new ArrayList<>();
        boolean learner = false;
        while (reader.next(ADD)) {
            switch (reader.field()) {
                case 1 -> urls.add(reader.string());
                case 2 -> learner = reader.bool();
                default -> reader.skip();
            }
        }
        return cluster.memberAdd(urls, learner);
    }

    private static CompletableFuture<MemberListResponse> update(Cluster cluster, ProtoReader reader) {
        long id = 0;
        List<String> urls = new ArrayList<>();
        while (reader.next(UPDATE)) {
            switch (reader.field()) {
                case 1 -> id = reader.varint();
                case 2 -> urls.add(reader.string());
                default -> reader.skip();
            }
        }
        return cluster.memberUpdate(id, urls);
    }

    private static void write(ProtoWriter writer, MemberAddResponse answer) {
        ResponseMessages.header(writer, 1, answer.header());
        write(writer, 2, answer.member());
        answer.members().forEach(member -> write(writer, 3, member));
    }

    private static void write(ProtoWriter writer, MemberListResponse answer) {
        ResponseMessages.header(writer, 1, answer.header());
        answer.members().forEach(member -> write(writer, 2, member));
    }

    private static void write(ProtoWriter writer, int field, Member member) {
        int mark = writer.begin(field);
        writer.varint(1, member.id()).string(2, member.name());
        member.peerUrls().forEach(url -> writer.stringAlways(3, url));
        member.clientUrls().forEach(url -> writer.stringAlways(4, url));
        writer.bool(5, member.learner()).end(mark);
    }
}
