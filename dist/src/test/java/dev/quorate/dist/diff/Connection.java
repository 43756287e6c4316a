/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Calls of raw bytes to one server. Thread-safe. */
final class Connection implements AutoCloseable {
    private static final int ANSWER_BYTES_MAX = 64 << 20;

    private static final MethodDescriptor.Marshaller<ByteString> RAW = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(ByteString value) {
            return value.newInput();
        }

        @Override
        public ByteString parse(InputStream stream) {
            try {
                return ByteString.readFrom(stream);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private final ManagedChannel channel;

    Connection(String endpoint) {
        channel = NettyChannelBuilder.forTarget(endpoint)
                .usePlaintext()
                .directExecutor()
                .maxInboundMessageSize(ANSWER_BYTES_MAX)
                .build();
    }

    /** Begins a call of any shape: over the wire they are all alike. */
    ClientCall<ByteString, ByteString> begin(String method, List<String> headers, Listener listener) {
        MethodDescriptor<ByteString, ByteString> descriptor = MethodDescriptor.<ByteString, ByteString>newBuilder()
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .setFullMethodName(method)
                .setRequestMarshaller(RAW)
                .setResponseMarshaller(RAW)
                .build();
        Metadata metadata = new Metadata();
        for (int i = 0; i < headers.size(); i += 2) {
            metadata.put(Metadata.Key.of(headers.get(i), Metadata.ASCII_STRING_MARSHALLER), headers.get(i + 1));
        }
        ClientCall<ByteString, ByteString> call = channel.newCall(descriptor, CallOptions.DEFAULT);
        call.start(listener, metadata);
        call.request(Integer.MAX_VALUE);
        return call;
    }

    /** Begins a call, sends everything, and tells when it has ended. */
    Pending send(Call request) {
        Collector collector = new Collector(request.method());
        ClientCall<ByteString, ByteString> call = begin(request.method(), request.headers(), collector);
        request.messages().forEach(call::sendMessage);
        call.halfClose();
        return new Pending(call, collector.answer);
    }

    /** Makes a call and waits for its end. */
    Answer ask(Call request) {
        return send(request).await();
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What hears the answers of a call; called on the thread of the connection. */
    abstract static class Listener extends ClientCall.Listener<ByteString> {
        @Override
        public abstract void onMessage(ByteString message);

        @Override
        public abstract void onClose(Status status, Metadata trailers);
    }

    private static final class Collector extends Listener {
        private final String method;
        private final List<ByteString> parts = new ArrayList<>(1);
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();

        Collector(String method) {
            this.method = method;
        }

        @Override
        public void onMessage(ByteString message) {
            parts.add(message);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            try {
                answer.complete(Answers.of(method, parts, status));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        }
    }
}
