/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import dev.quorate.wire.etcdserverpb.LeaseLeasesResponse;
import dev.quorate.wire.etcdserverpb.LeaseTimeToLiveResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One of two servers that get the same requests, and what it answers, as text without ids, terms and times. */
final class Subject implements AutoCloseable {
    private final ManagedChannel channel;

    Subject(String endpoint) {
        channel = NettyChannelBuilder.forTarget(endpoint)
                .usePlaintext()
                .maxInboundMessageSize(64 << 20)
                .build();
    }

    /** Sends a request and returns the answer, or the error with code and text. */
    String ask(Request request) {
        MethodDescriptor<Message, Message> method = MethodDescriptor.<Message, Message>newBuilder()
                .setType(
                        request.streamed()
                                ? MethodDescriptor.MethodType.SERVER_STREAMING
                                : MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(request.method())
                .setRequestMarshaller(ProtoUtils.marshaller(request.message().getDefaultInstanceForType()))
                .setResponseMarshaller(ProtoUtils.marshaller(request.answer()))
                .build();
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS);
        try {
            if (!request.streamed()) {
                return text(ClientCalls.blockingUnaryCall(channel, method, options, request.message()));
            }
            StringBuilder pieces = new StringBuilder();
            Iterator<Message> answers =
                    ClientCalls.blockingServerStreamingCall(channel, method, options, request.message());
            answers.forEachRemaining(piece -> pieces.append(text(piece)));
            return pieces.toString();
        } catch (StatusRuntimeException e) {
            Status status = e.getStatus();
            return "ERROR " + status.getCode() + ": " + status.getDescription();
        }
    }

    private static String text(Message answer) {
        Message shown = answer;
        if (answer instanceof LeaseTimeToLiveResponse lease) {
            shown = lease.toBuilder()
                    .setTTL(Math.min(lease.getTTL(), 0))
                    .clearKeys()
                    .addAllKeys(lease.getKeysList().stream()
                            .sorted(Comparator.comparing(
                                    key -> key.toString(java.nio.charset.StandardCharsets.ISO_8859_1)))
                            .toList())
                    .build();
        } else if (answer instanceof LeaseLeasesResponse leases) {
            shown = leases.toBuilder()
                    .clearLeases()
                    .addAllLeases(leases.getLeasesList().stream()
                            .sorted(Comparator.comparingLong(lease -> lease.getID()))
                            .toList())
                    .build();
        }
        return TextFormat.printer().printToString(withoutIds(shown));
    }

    private static Message withoutIds(Message message) {
        Message.Builder builder = message.toBuilder();
        for (FieldDescriptor field : message.getAllFields().keySet()) {
            if (List.of("cluster_id", "member_id", "raft_term").contains(field.getName())) {
                builder.clearField(field);
            } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isRepeated()) {
                builder.setField(field, withoutIds((Message) message.getField(field)));
            }
        }
        return builder.build();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
