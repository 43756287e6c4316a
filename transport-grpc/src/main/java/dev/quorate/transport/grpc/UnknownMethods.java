/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.bytes.Bytes;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Refuses what is not served, in the words of gRPC for Go. */
final class UnknownMethods extends HandlerRegistry {
    private final Set<String> services;

    UnknownMethods(Set<String> services) {
        this.services = services;
    }

    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String methodName, @Nullable String authority) {
        int slash = methodName.lastIndexOf('/');
        String service = slash < 0 ? methodName : methodName.substring(0, slash);
        String method = slash < 0 ? "" : methodName.substring(slash + 1);
        Status status = Status.UNIMPLEMENTED.withDescription(
                services.contains(service)
                        ? "unknown method " + method + " for service " + service
                        : "unknown service " + service);
        MethodDescriptor<Bytes, Bytes> descriptor = MethodDescriptor.<Bytes, Bytes>newBuilder()
                .setType(MethodDescriptor.MethodType.UNKNOWN)
                .setFullMethodName(service + "/" + method)
                .setRequestMarshaller(RawMarshaller.INSTANCE)
                .setResponseMarshaller(RawMarshaller.INSTANCE)
                .build();
        return ServerMethodDefinition.create(descriptor, (call, headers) -> {
            call.close(status, new Metadata());
            return new ServerCall.Listener<>() {};
        });
    }
}
