/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.inbound.WatchStream;
import dev.quorate.api.model.DowngradeAction;
import dev.quorate.api.model.DowngradeResponse;
import dev.quorate.api.model.Member;
import dev.quorate.api.model.MemberAddResponse;
import dev.quorate.api.model.MemberListResponse;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.wire.etcdserverpb.DowngradeRequest;
import dev.quorate.wire.etcdserverpb.MemberAddRequest;
import dev.quorate.wire.etcdserverpb.MemberPromoteRequest;
import dev.quorate.wire.etcdserverpb.MemberRemoveRequest;
import dev.quorate.wire.etcdserverpb.MemberUpdateRequest;
import dev.quorate.wire.etcdserverpb.MoveLeaderRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a member of a cluster serves beside keys, what a learner serves, and streams whose leader is lost. */
class ClusterCallsTest {
    private static final ResponseHeader HEADER = new ResponseHeader(1, 2, 0, 4);
    private static final Member VOTER =
            new Member(-2, "m1", List.of("http://a:1", "http://b:1"), List.of("http://a:2"), false);
    private static final Member LEARNER = new Member(3, "", List.of("http://c:1"), List.of(), true);

    private final List<List<Object>> asked = new ArrayList<>();
    private FakeMember member;

    @BeforeEach
    void start() throws IOException {
        member = new FakeMember();
    }

    @AfterEach
    void stop() {
        member.close();
    }

    private void answer(String method, Object answer) {
        member.when(method, arguments -> {
            asked.add(Arrays.asList(arguments));
            return CompletableFuture.completedFuture(answer);
        });
    }

    private static dev.quorate.wire.etcdserverpb.Member wire(Member member) {
        return dev.quorate.wire.etcdserverpb.Member.newBuilder()
                .setID(member.id())
                .setName(member.name())
                .addAllPeerURLs(member.peerUrls())
                .addAllClientURLs(member.clientUrls())
                .setIsLearner(member.learner())
                .build();
    }

    @Test
    void addsMembers() throws IOException {
        answer("Cluster.memberAdd", new MemberAddResponse(HEADER, LEARNER, List.of(VOTER, LEARNER)));
        byte[] answer = member.call(
                "etcdserverpb.Cluster/MemberAdd",
                MemberAddRequest.newBuilder()
                        .addPeerURLs("http://c:1")
                        .addPeerURLs("")
                        .setIsLearner(true)
                        .build()
                        .toByteArray());
        assertThat(asked).containsExactly(List.of(List.of("http://c:1", ""), true));
        assertThat(dev.quorate.wire.etcdserverpb.MemberAddResponse.parseFrom(answer))
                .isEqualTo(dev.quorate.wire.etcdserverpb.MemberAddResponse.newBuilder()
                        .setHeader(dev.quorate.wire.etcdserverpb.ResponseHeader.newBuilder()
                                .setClusterId(1)
                                .setMemberId(2)
                                .setRaftTerm(4))
                        .setMember(wire(LEARNER))
                        .addMembers(wire(VOTER))
                        .addMembers(wire(LEARNER))
                        .build());
    }

    @Test
    void changesMembers() throws IOException {
        MemberListResponse members = new MemberListResponse(HEADER, List.of(VOTER));
        answer("Cluster.memberRemove", members);
        answer("Cluster.memberUpdate", members);
        answer("Cluster.memberPromote", members);
        member.call(
                "etcdserverpb.Cluster/MemberRemove",
                MemberRemoveRequest.newBuilder().setID(-2).build().toByteArray());
        member.call(
                "etcdserverpb.Cluster/MemberUpdate",
                MemberUpdateRequest.newBuilder()
                        .setID(-2)
                        .addPeerURLs("http://x:1")
                        .build()
                        .toByteArray());
        byte[] answer = member.call(
                "etcdserverpb.Cluster/MemberPromote",
                MemberPromoteRequest.newBuilder().setID(3).build().toByteArray());
        assertThat(asked).containsExactly(List.of(-2L), List.of(-2L, List.of("http://x:1")), List.of(3L));
        assertThat(dev.quorate.wire.etcdserverpb.MemberPromoteResponse.parseFrom(answer)
                        .getMembersList())
                .containsExactly(wire(VOTER));
    }

    @Test
    void movesTheLeaderAndDowngrades() throws IOException {
        member.when("Maintenance.moveLeader", arguments -> {
            asked.add(Arrays.asList(arguments));
            return CompletableFuture.completedFuture(null);
        });
        answer("Maintenance.downgrade", new DowngradeResponse(HEADER, "3.7"));
        assertThat(member.call(
                        "etcdserverpb.Maintenance/MoveLeader",
                        MoveLeaderRequest.newBuilder().setTargetID(-2).build().toByteArray()))
                .isEmpty();
        byte[] answer = member.call(
                "etcdserverpb.Maintenance/Downgrade",
                DowngradeRequest.newBuilder()
                        .setActionValue(1)
                        .setVersion("3.6")
                        .build()
                        .toByteArray());
        member.call(
                "etcdserverpb.Maintenance/Downgrade",
                DowngradeRequest.newBuilder().setActionValue(7).build().toByteArray());
        assertThat(asked)
                .containsExactly(
                        List.of(-2L),
                        List.of(DowngradeAction.ENABLE, "3.6"),
                        List.of(DowngradeAction.UNRECOGNIZED, ""));
        assertThat(dev.quorate.wire.etcdserverpb.DowngradeResponse.parseFrom(answer)
                        .getVersion())
                .isEqualTo("3.7");
    }

    @Test
    void servesLittleAsALearner() {
        String refused = "FAILED_PRECONDITION: " + EtcdError.NOT_SUPPORTED_FOR_LEARNER.text();
        member.learner = true;
        answer("Kv.range", new RangeResponse(HEADER, dev.quorate.api.model.KeyValues.EMPTY, false, 0));
        for (String method : List.of(
                "etcdserverpb.KV/Put",
                "etcdserverpb.KV/Range",
                "etcdserverpb.Cluster/MemberList",
                "etcdserverpb.Maintenance/Alarm",
                "grpc.health.v1.Health/Check")) {
            assertThat(member.failure(method, new byte[0])).as(method).isEqualTo(refused);
        }
        byte[] serializable = dev.quorate.wire.etcdserverpb.RangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("k"))
                .setSerializable(true)
                .build()
                .toByteArray();
        assertThat(member.failure("etcdserverpb.KV/Range", serializable)).isEqualTo("OK");
        assertThat(asked)
                .singleElement()
                .satisfies(arguments -> assertThat(((RangeRequest) arguments.get(0)).serializable())
                        .isTrue());
        assertThat(end(open("etcdserverpb.Watch/Watch", new Metadata())).getDescription())
                .isEqualTo(EtcdError.NOT_SUPPORTED_FOR_LEARNER.text());
    }

    private CompletableFuture<Status> open(String method, Metadata headers) {
        CompletableFuture<Status> ended = new CompletableFuture<>();
        ClientCall<byte[], byte[]> call = member.channel()
                .newCall(FakeMember.method(method, MethodDescriptor.MethodType.BIDI_STREAMING), CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        ended.complete(status);
                    }
                },
                headers);
        call.request(1);
        return ended;
    }

    private static Status end(CompletableFuture<Status> ended) {
        return ended.orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static Metadata wantsLeader() {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
        return headers;
    }

    @Test
    void endsStreamsThatWantALeaderWhenItIsLost() {
        CompletableFuture<String> closed = new CompletableFuture<>();
        member.when(
                "Watches.open",
                arguments -> Proxy.newProxyInstance(
                        WatchStream.class.getClassLoader(),
                        new Class<?>[] {WatchStream.class},
                        (proxy, method, values) -> {
                            if (method.getName().equals("close")) {
                                closed.complete("closed");
                            }
                            return null;
                        }));
        CompletableFuture<Status> guarded = open("etcdserverpb.Watch/Watch", wantsLeader());
        CompletableFuture<Status> renewals = open("etcdserverpb.Lease/LeaseKeepAlive", wantsLeader());
        CompletableFuture<Status> other = open("etcdserverpb.Watch/Watch", new Metadata());
        while (member.lost.size() < 2) {
            Thread.onSpinWait();
        }
        member.lost.forEach(Runnable::run);
        for (CompletableFuture<Status> stream : List.of(guarded, renewals)) {
            assertThat(end(stream).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(end(stream).getDescription()).isEqualTo("etcdserver: no leader");
        }
        assertThat(closed.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo("closed");
        assertThat(member.lost).isEmpty();
        assertThat(other).isNotDone();
        member.hasLeader = false;
        assertThat(end(open("etcdserverpb.Watch/Watch", wantsLeader())).getDescription())
                .isEqualTo("etcdserver: no leader");
    }
}
