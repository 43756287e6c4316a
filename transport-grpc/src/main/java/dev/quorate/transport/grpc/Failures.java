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
    private Failures() {}

    static Status statusOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof EtcdException known) {
            return Status.fromCodeValue(known.code().ordinal()).withDescription(known.getMessage());
        } else if (cause instanceof MalformedProtoException) {
            return Status.INTERNAL.withDescription("grpc: error unmarshalling request: " + cause.getMessage());
        } else if (cause instanceof StatusRuntimeException known) {
            return known.getStatus();
        } else if (cause instanceof StatusException known) {
            return known.getStatus();
        } else if (cause instanceof CancellationException) {
            return Status.CANCELLED.withDescription("context canceled");
        } else if (cause instanceof RejectedExecutionException) {
            return Status.UNAVAILABLE.withDescription("etcdserver: server stopped");
        }
        return Status.UNKNOWN
                .withDescription(String.valueOf(cause.getMessage()))
                .withCause(cause);
    }
}
