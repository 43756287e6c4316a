/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.face.Face;
import dev.quorate.api.face.ListenerSettings;
import dev.quorate.api.inbound.Health;
import dev.quorate.api.inbound.Services;
import dev.quorate.api.platform.Metrics;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A member behind real sockets whose every answer a test decides, with a client of gRPC and one of bare bytes. */
final class FakeMember implements AutoCloseable, Health {
    static final int REQUEST_BYTES_MAX = 4096;

    private final Map<String, Function<Object[], Object>> answers = new HashMap<>();
    private final Face.Running running;
    private final InetSocketAddress address;
    private final ManagedChannel channel;
    volatile boolean hasLeader = true;
    volatile boolean learner;
    final List<Runnable> lost = new CopyOnWriteArrayList<>();

    FakeMember() throws IOException {
        running = new GrpcFace()
                .start(
                        port(Services.class),
                        new ListenerSettings(
                                List.of("http://127.0.0.1:0"),
                                REQUEST_BYTES_MAX,
                                0xFFFF_FFFFL,
                                TimeUnit.SECONDS.toNanos(5),
                                TimeUnit.HOURS.toNanos(2),
                                TimeUnit.SECONDS.toNanos(20),
                                TimeUnit.MINUTES.toNanos(10)),
                        Metrics.NONE);
        URI url = URI.create(running.clientUrls().get(0));
        address = new InetSocketAddress(url.getHost(), url.getPort());
        channel = NettyChannelBuilder.forAddress(address)
                .usePlaintext()
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .flowControlWindow(1 << 16)
                .build();
    }

    /** Decides what a method of a port answers, such as {@code Kv.put}. */
    FakeMember when(String method, Function<Object[], Object> answer) {
        answers.put(method, answer);
        return this;
    }

    FakeMember answer(String method, Object answer) {
        return when(method, arguments -> CompletableFuture.completedFuture(answer));
    }

    private <T> T port(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (type == Services.class) {
                        return method.getReturnType() == Health.class ? this : port(method.getReturnType());
                    }
                    String name = type.getSimpleName() + "." + method.getName();
                    Function<Object[], Object> answer = Objects.requireNonNull(answers.get(name), name);
                    return answer.apply(arguments);
                }));
    }

    Services services() {
        return port(Services.class);
    }

    InetSocketAddress address() {
        return address;
    }

    ManagedChannel channel() {
        return channel;
    }

    static MethodDescriptor<byte[], byte[]> method(String name, MethodDescriptor.MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(type)
                .setFullMethodName(name)
                .setRequestMarshaller(ByteArrays.INSTANCE)
                .setResponseMarshaller(ByteArrays.INSTANCE)
                .build();
    }

    byte[] call(String name, byte[] request) {
        return call(name, request, new Metadata());
    }

    byte[] call(String name, byte[] request, Metadata headers) {
        return ClientCalls.blockingUnaryCall(
                io.grpc.ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
                method(name, MethodDescriptor.MethodType.UNARY),
                CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS),
                request);
    }

    /** Returns code and text that a call fails with. */
    String failure(String name, byte[] request) {
        return failure(name, request, new Metadata());
    }

    String failure(String name, byte[] request, Metadata headers) {
        try {
            call(name, request, headers);
            return "OK";
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode() + ": " + e.getStatus().getDescription();
        }
    }

    /** Sends pieces of text, each as a packet of its own, and reads until the server closes. */
    String raw(String... pieces) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(30_000);
            for (String piece : pieces) {
                socket.getOutputStream().write(piece.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
            }
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        running.close();
    }

    @Override
    public CompletableFuture<Check> check(String name) {
        return CompletableFuture.completedFuture(new Check(name, ""));
    }

    @Override
    public CompletableFuture<String> health(boolean serializable, Set<String> excludedAlarms) {
        return CompletableFuture.completedFuture("");
    }

    @Override
    public boolean hasLeader() {
        return hasLeader;
    }

    @Override
    public boolean isLearner() {
        return learner;
    }

    @Override
    public Runnable whenLeaderLost(Runnable then) {
        lost.add(then);
        return () -> lost.remove(then);
    }

    @Override
    public String clusterVersion() {
        return "3.7.0";
    }

    @Override
    public String storageVersion() {
        return "3.7.0";
    }

    private enum ByteArrays implements MethodDescriptor.Marshaller<byte[]> {
        INSTANCE;

        @Override
        public InputStream stream(byte[] value) {
            return new java.io.ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
