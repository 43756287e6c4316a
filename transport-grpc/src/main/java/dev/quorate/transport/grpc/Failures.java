/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.error.EtcdException;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;

/** What went wrong, as gRPC says it. */
final class Failures {
    /** What protocol buffers for Go say of any bytes that are no message. */
    private static final String MALFORMED = "proto: cannot parse invalid wire-format data";

    /** A call of one message and one answer ended without a message. */
    static final Status NO_UNARY_REQUEST = Status.UNKNOWN.withDescription("EOF");

    /** A call of one message and several answers ended without a message. */
    static final Status NO_REQUEST = Status.INTERNAL.withDescription(
            "cardinality violation: received no request message from non-client-streaming RPC");

    /** A call of one message and several answers got more messages. */
    static final Status SEVERAL_REQUESTS = Status.INTERNAL.withDescription(
            "cardinality violation: received multiple request messages for non-client-streaming RPC");

    private Failures() {}

    static Status statusOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof EtcdException known) {
            return Status.fromCodeValue(known.code().ordinal()).withDescription(known.getMessage());
        } else if (cause instanceof MalformedProtoException) {
            return Status.INTERNAL.withDescription("grpc: error unmarshalling request: " + MALFORMED);
        } else if (cause instanceof StatusRuntimeException known) {
            return known.getStatus();
        } else if (cause instanceof StatusException known) {
            return known.getStatus();
        } else if (cause instanceof CancellationException) {
            return Status.CANCELLED.withDescription("context canceled");
        } else if (cause instanceof UnsupportedOperationException) {
            return Status.UNIMPLEMENTED.withDescription(cause.getMessage());
        } else if (cause instanceof RejectedExecutionException) {
            return Status.UNAVAILABLE.withDescription("etcdserver: server stopped");
        }
        return Status.UNKNOWN
                .withDescription(String.valueOf(cause.getMessage()))
                .withCause(cause);
    }

    /** The same for calls of which either side is a stream: gRPC for Go has other words for their messages. */
    static Status statusOfStream(Throwable failure) {
        return failure instanceof MalformedProtoException
                ? Status.INTERNAL.withDescription("grpc: failed to unmarshal the received message: " + MALFORMED)
                : statusOf(failure);
    }
}
