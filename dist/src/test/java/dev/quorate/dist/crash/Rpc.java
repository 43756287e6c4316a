/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.crash;

import com.google.protobuf.Message;
import dev.quorate.wire.etcdserverpb.CompactionRequest;
import dev.quorate.wire.etcdserverpb.CompactionResponse;
import dev.quorate.wire.etcdserverpb.DefragmentRequest;
import dev.quorate.wire.etcdserverpb.DefragmentResponse;
import dev.quorate.wire.etcdserverpb.DeleteRangeRequest;
import dev.quorate.wire.etcdserverpb.DeleteRangeResponse;
import dev.quorate.wire.etcdserverpb.HashKVRequest;
import dev.quorate.wire.etcdserverpb.HashKVResponse;
import dev.quorate.wire.etcdserverpb.LeaseGrantRequest;
import dev.quorate.wire.etcdserverpb.LeaseGrantResponse;
import dev.quorate.wire.etcdserverpb.LeaseLeasesRequest;
import dev.quorate.wire.etcdserverpb.LeaseLeasesResponse;
import dev.quorate.wire.etcdserverpb.LeaseRevokeRequest;
import dev.quorate.wire.etcdserverpb.LeaseRevokeResponse;
import dev.quorate.wire.etcdserverpb.PutRequest;
import dev.quorate.wire.etcdserverpb.PutResponse;
import dev.quorate.wire.etcdserverpb.RangeRequest;
import dev.quorate.wire.etcdserverpb.RangeResponse;
import dev.quorate.wire.etcdserverpb.TxnRequest;
import dev.quorate.wire.etcdserverpb.TxnResponse;
import dev.quorate.wire.etcdserverpb.WatchCreateRequest;
import dev.quorate.wire.etcdserverpb.WatchRequest;
import dev.quorate.wire.etcdserverpb.WatchResponse;
import dev.quorate.wire.mvccpb.Event;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Calls by the kind of their request. */
public final class Rpc {
    private record Method(String name, Message answer) {}

    private static final Map<Class<?>, Method> METHODS = Map.ofEntries(
            method(PutRequest.class, "KV/Put", PutResponse.getDefaultInstance()),
            method(DeleteRangeRequest.class, "KV/DeleteRange", DeleteRangeResponse.getDefaultInstance()),
            method(TxnRequest.class, "KV/Txn", TxnResponse.getDefaultInstance()),
            method(RangeRequest.class, "KV/Range", RangeResponse.getDefaultInstance()),
            method(CompactionRequest.class, "KV/Compact", CompactionResponse.getDefaultInstance()),
            method(LeaseGrantRequest.class, "Lease/LeaseGrant", LeaseGrantResponse.getDefaultInstance()),
            method(LeaseRevokeRequest.class, "Lease/LeaseRevoke", LeaseRevokeResponse.getDefaultInstance()),
            method(LeaseLeasesRequest.class, "Lease/LeaseLeases", LeaseLeasesResponse.getDefaultInstance()),
            method(HashKVRequest.class, "Maintenance/HashKV", HashKVResponse.getDefaultInstance()),
            method(DefragmentRequest.class, "Maintenance/Defragment", DefragmentResponse.getDefaultInstance()));

    private Rpc() {}

    private static Map.Entry<Class<?>, Method> method(Class<?> request, String name, Message answer) {
        return Map.entry(request, new Method("etcdserverpb." + name, answer));
    }

    static Message call(ManagedChannel channel, Message request) {
        return call(channel, request, 60_000);
    }

    /**
     * Makes a unary call.
     *
     * @param channel to the server
     * @param request its kind tells the method
     * @param millisMax how long the answer may take
     * @return the answer
     */
    public static Message call(ManagedChannel channel, Message request, int millisMax) {
        Method method = Objects.requireNonNull(METHODS.get(request.getClass()));
        return ClientCalls.blockingUnaryCall(
                channel,
                descriptor(MethodDescriptor.MethodType.UNARY, method.name(), request, method.answer()),
                CallOptions.DEFAULT.withDeadlineAfter(millisMax, TimeUnit.MILLISECONDS),
                request);
    }

    private static <A extends Message> MethodDescriptor<Message, A> descriptor(
            MethodDescriptor.MethodType type, String name, Message request, A answer) {
        return MethodDescriptor.<Message, A>newBuilder()
                .setType(type)
                .setFullMethodName(name)
                .setRequestMarshaller(ProtoUtils.marshaller(request.getDefaultInstanceForType()))
                .setResponseMarshaller(ProtoUtils.marshaller(answer))
                .build();
    }

    /** Watches all keys from a revision until the events of another one are there. */
    static List<Event> history(ManagedChannel channel, long from, long to) {
        List<Event> events = new ArrayList<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        WatchRequest request = WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder()
                        .setKey(History.ALL_KEYS)
                        .setRangeEnd(History.ALL_KEYS)
                        .setStartRevision(from))
                .build();
        StreamObserver<Message> requests = ClientCalls.asyncBidiStreamingCall(
                channel.newCall(
                        descriptor(
                                MethodDescriptor.MethodType.BIDI_STREAMING,
                                "etcdserverpb.Watch/Watch",
                                request,
                                WatchResponse.getDefaultInstance()),
                        CallOptions.DEFAULT),
                new StreamObserver<WatchResponse>() {
                    @Override
                    public void onNext(WatchResponse answer) {
                        events.addAll(answer.getEventsList());
                        if (answer.getCanceled()) {
                            done.completeExceptionally(new AssertionError("the watch was cancelled: " + answer));
                        }
                        if (!events.isEmpty()
                                && events.get(events.size() - 1).getKv().getModRevision() >= to) {
                            done.complete(null);
                        }
                    }

                    @Override
                    public void onError(Throwable t) {
                        done.completeExceptionally(t);
                    }

                    @Override
                    public void onCompleted() {
                        done.completeExceptionally(new AssertionError("the watch has ended"));
                    }
                });
        requests.onNext(request);
        done.orTimeout(60, TimeUnit.SECONDS).join();
        requests.onCompleted();
        return events;
    }
}
