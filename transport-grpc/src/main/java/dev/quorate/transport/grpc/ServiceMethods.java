/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Gathers the methods of one gRPC service. What is declared but not served answers that it is not implemented. */
final class ServiceMethods {
    private final ServiceDescriptor service;
    private final CallLimits limits;
    private final Map<String, ServerCallHandler<Bytes, Bytes>> handlers = new HashMap<>();

    ServiceMethods(FileDescriptor file, String service, CallLimits limits) {
        this.service = Objects.requireNonNull(file.findServiceByName(service), service);
        this.limits = limits;
    }

    CallLimits limits() {
        return limits;
    }

    /** Serves a method with one request and one answer. */
    <A> ServiceMethods unary(
            String name, Function<ProtoReader, CompletableFuture<A>> serve, BiConsumer<ProtoWriter, A> encode) {
        return method(name, new UnaryCall.Method<>(limits, serve, answer -> {
            ProtoWriter writer = new ProtoWriter();
            encode.accept(writer, answer);
            return writer.toBytes();
        }));
    }

    /** Serves requests that have no fields: what comes has to be a message all the same. */
    static <A> Function<ProtoReader, CompletableFuture<A>> ofNothing(Supplier<CompletableFuture<A>> serve) {
        return request -> {
            request.skipAll();
            return serve.get();
        };
    }

    /** Serves a method in its own way. */
    ServiceMethods method(String name, ServerCallHandler<Bytes, Bytes> handler) {
        handlers.put(name, handler);
        return this;
    }

    ServerServiceDefinition build() {
        Map<String, io.grpc.MethodDescriptor<Bytes, Bytes>> methods = new HashMap<>();
        io.grpc.ServiceDescriptor.Builder descriptor =
                io.grpc.ServiceDescriptor.newBuilder(service.getFullName()).setSchemaDescriptor(new Schema(service));
        for (MethodDescriptor method : service.getMethods()) {
            if (handlers.containsKey(method.getName())) {
                io.grpc.MethodDescriptor<Bytes, Bytes> described = describe(method);
                methods.put(method.getName(), described);
                descriptor.addMethod(described);
            }
        }
        ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(descriptor.build());
        methods.forEach((name, method) -> definition.addMethod(method, Objects.requireNonNull(handlers.get(name))));
        return definition.build();
    }

    private static io.grpc.MethodDescriptor<Bytes, Bytes> describe(MethodDescriptor method) {
        return io.grpc.MethodDescriptor.<Bytes, Bytes>newBuilder()
                .setType(typeOf(method))
                .setFullMethodName(io.grpc.MethodDescriptor.generateFullMethodName(
                        method.getService().getFullName(), method.getName()))
                .setRequestMarshaller(RawMarshaller.INSTANCE)
                .setResponseMarshaller(RawMarshaller.INSTANCE)
                .setSchemaDescriptor(new MethodSchema(method))
                .build();
    }

    private static MethodType typeOf(MethodDescriptor method) {
        if (method.isClientStreaming()) {
            return MethodType.BIDI_STREAMING;
        }
        return method.isServerStreaming() ? MethodType.SERVER_STREAMING : MethodType.UNARY;
    }

    /** Shows the reflection service what is declared. */
    private record Schema(ServiceDescriptor service) implements ProtoServiceDescriptorSupplier {
        @Override
        public ServiceDescriptor getServiceDescriptor() {
            return service;
        }

        @Override
        public FileDescriptor getFileDescriptor() {
            return service.getFile();
        }
    }

    private record MethodSchema(MethodDescriptor method) implements ProtoMethodDescriptorSupplier {
        @Override
        public MethodDescriptor getMethodDescriptor() {
            return method;
        }

        @Override
        public ServiceDescriptor getServiceDescriptor() {
            return method.getService();
        }

        @Override
        public FileDescriptor getFileDescriptor() {
            return method.getFile();
        }
    }
}
