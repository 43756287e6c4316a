/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.platform.Metrics;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts calls and messages under the names that gRPC's middleware for Go gives them, and the bytes as etcd does.
 * Thread-safe.
 */
final class CallCounters implements ServerInterceptor {
    private static final Status.Code[] CODES = Status.Code.values();

    private final Metrics metrics;
    private final Map<String, Method> methods = new ConcurrentHashMap<>();
    private final Metrics.Counter receivedBytes;
    private final Metrics.Counter sentBytes;

    CallCounters(Metrics metrics) {
        this.metrics = metrics;
        receivedBytes = metrics.counter(
                "etcd_network_client_grpc_received_bytes_total",
                "The total number of bytes received from grpc clients.");
        sentBytes = metrics.counter(
                "etcd_network_client_grpc_sent_bytes_total", "The total number of bytes sent to grpc clients.");
    }

    /** Shows a method with zeroes from the start on, as dashboards expect it. */
    void prepare(MethodDescriptor<?, ?> method) {
        of(method);
    }

    private Method of(MethodDescriptor<?, ?> method) {
        return methods.computeIfAbsent(method.getFullMethodName(), name -> new Method(metrics, method));
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Method method = of(call.getMethodDescriptor());
        method.started.add(1);
        Counted<Q, A> counted = new Counted<>(call, method);
        return new SimpleForwardingServerCallListener<>(next.startCall(counted, headers)) {
            @Override
            public void onMessage(Q message) {
                method.received.add(1);
                if (message instanceof Bytes bytes) {
                    receivedBytes.add(bytes.length());
                }
                super.onMessage(message);
            }

            @Override
            public void onCancel() {
                counted.end(Status.Code.CANCELLED);
                super.onCancel();
            }
        };
    }

    /** A call that counts what is sent and how it ends. */
    private final class Counted<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private final Method method;
        private final boolean unary;
        private boolean answered;
        private boolean ended;

        Counted(ServerCall<Q, A> call, Method method) {
            super(call);
            this.method = method;
            unary = call.getMethodDescriptor().getType() == MethodDescriptor.MethodType.UNARY;
        }

        @Override
        public void sendMessage(A message) {
            answered = true;
            method.sent.add(1);
            if (message instanceof Bytes bytes) {
                sentBytes.add(bytes.length());
            }
            super.sendMessage(message);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            end(status.getCode());
            super.close(status, trailers);
        }

        void end(Status.Code code) {
            if (!ended) {
                ended = true;
                method.handled(code).add(1);
                if (unary && !answered) {
                    method.sent.add(1); // etcd takes the failure for the one answer
                }
            }
        }
    }

    /** The counters of one method. */
    private static final class Method {
        private final Metrics metrics;
        private final String[] labels;
        private final Metrics.Counter started;
        private final Metrics.Counter received;
        private final Metrics.Counter sent;
        private final Map<Status.Code, Metrics.Counter> handled = new ConcurrentHashMap<>();

        Method(Metrics metrics, MethodDescriptor<?, ?> method) {
            this.metrics = metrics;
            labels = new String[] {
                "grpc_type", typeOf(method.getType()),
                "grpc_service", Objects.requireNonNullElse(method.getServiceName(), ""),
                "grpc_method", Objects.requireNonNullElse(method.getBareMethodName(), "")
            };
            started =
                    metrics.counter("grpc_server_started_total", "Total number of RPCs started on the server.", labels);
            received = metrics.counter(
                    "grpc_server_msg_received_total",
                    "Total number of RPC stream messages received on the server.",
                    labels);
            sent = metrics.counter(
                    "grpc_server_msg_sent_total", "Total number of gRPC stream messages sent by the server.", labels);
            for (Status.Code code : CODES) {
                handled(code);
            }
        }

        Metrics.Counter handled(Status.Code code) {
            return handled.computeIfAbsent(code, first -> {
                String[] more = Arrays.copyOf(labels, labels.length + 2);
                more[labels.length] = "grpc_code";
                more[labels.length + 1] = nameOf(first);
                return metrics.counter(
                        "grpc_server_handled_total",
                        "Total number of RPCs completed on the server, regardless of success or failure.",
                        more);
            });
        }

        private static String typeOf(MethodDescriptor.MethodType type) {
            return switch (type) {
                case UNARY -> "unary";
                case CLIENT_STREAMING -> "client_stream";
                case SERVER_STREAMING -> "server_stream";
                default -> "bidi_stream";
            };
        }

        /** Go's names: {@code InvalidArgument} for {@code INVALID_ARGUMENT}. */
        private static String nameOf(Status.Code code) {
            if (code == Status.Code.OK) {
                return "OK";
            } else if (code == Status.Code.CANCELLED) {
                return "Canceled";
            }
            StringBuilder name = new StringBuilder();
            for (String word : code.name().split("_", -1)) {
                name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
            }
            return name.toString();
        }
    }
}
