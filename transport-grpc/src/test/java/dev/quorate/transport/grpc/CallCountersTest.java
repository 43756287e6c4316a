/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.platform.Metrics;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class CallCountersTest {
    private static final MethodDescriptor<Bytes, Bytes> PUT = MethodDescriptor.<Bytes, Bytes>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("etcdserverpb.KV/Put")
            .setRequestMarshaller(RawMarshaller.INSTANCE)
            .setResponseMarshaller(RawMarshaller.INSTANCE)
            .build();
    private static final String LABELS = "[grpc_type, unary, grpc_service, etcdserverpb.KV, grpc_method, Put";

    private final Map<String, Double> seen = new TreeMap<>();
    private final CallCounters counters = new CallCounters(new Metrics() {
        @Override
        public Counter counter(String name, String help, String... labels) {
            String key = name + List.of(labels);
            seen.putIfAbsent(key, 0.0);
            return amount -> seen.merge(key, amount, Double::sum);
        }

        @Override
        public void gauge(String name, String help, DoubleSupplier value, String... labels) {}

        @Override
        public Histogram histogram(String name, String help, double[] buckets, String... labels) {
            return value -> {};
        }
    });

    private static final class FakeCall extends ServerCall<Bytes, Bytes> {
        @Override
        public void request(int count) {}

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(Bytes message) {}

        @Override
        public void close(Status status, Metadata trailers) {}

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public MethodDescriptor<Bytes, Bytes> getMethodDescriptor() {
            return PUT;
        }
    }

    @Test
    void showsEveryCodeOfAMethodBeforeItIsCalled() {
        counters.prepare(PUT);

        assertThat(seen)
                .containsEntry("grpc_server_started_total" + LABELS + "]", 0.0)
                .containsEntry("grpc_server_handled_total" + LABELS + ", grpc_code, OK]", 0.0)
                .containsEntry("grpc_server_handled_total" + LABELS + ", grpc_code, Canceled]", 0.0)
                .containsEntry("grpc_server_handled_total" + LABELS + ", grpc_code, InvalidArgument]", 0.0);
        assertThat(seen.keySet().stream().filter(name -> name.contains("handled")))
                .hasSize(17);
    }

    @Test
    void takesTheFailureOfAUnaryCallForItsAnswer() {
        ServerCall.Listener<Bytes> listener = counters.interceptCall(
                new FakeCall(), new Metadata(), (call, headers) -> new ServerCall.Listener<Bytes>() {
                    @Override
                    public void onHalfClose() {
                        call.close(Status.NOT_FOUND, new Metadata());
                    }
                });
        listener.onHalfClose();

        assertThat(seen).containsEntry("grpc_server_msg_sent_total" + LABELS + "]", 1.0);
    }

    @Test
    void countsMessagesBytesAndTheFirstEnd() {
        ServerCall.Listener<Bytes> listener = counters.interceptCall(
                new FakeCall(), new Metadata(), (call, headers) -> new ServerCall.Listener<Bytes>() {
                    @Override
                    public void onHalfClose() {
                        call.sendMessage(Bytes.utf8("answer"));
                        call.close(Status.NOT_FOUND, new Metadata());
                    }
                });
        listener.onMessage(Bytes.utf8("ask"));
        listener.onHalfClose();
        listener.onCancel();

        assertThat(seen)
                .containsEntry("grpc_server_started_total" + LABELS + "]", 1.0)
                .containsEntry("grpc_server_msg_received_total" + LABELS + "]", 1.0)
                .containsEntry("grpc_server_msg_sent_total" + LABELS + "]", 1.0)
                .containsEntry("grpc_server_handled_total" + LABELS + ", grpc_code, NotFound]", 1.0)
                .containsEntry("grpc_server_handled_total" + LABELS + ", grpc_code, Canceled]", 0.0)
                .containsEntry("etcd_network_client_grpc_received_bytes_total[]", 3.0)
                .containsEntry("etcd_network_client_grpc_sent_bytes_total[]", 6.0);
    }
}
