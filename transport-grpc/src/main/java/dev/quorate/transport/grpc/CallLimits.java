/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.inbound.Services;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** What every call has to pass before it is served. Thread-safe. */
final class CallLimits {
    private static final Metadata.Key<String> HAS_LEADER =
            Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    private final Services services;
    private final int messageBytesMax;

    CallLimits(Services services, int messageBytesMax) {
        this.services = services;
        this.messageBytesMax = messageBytesMax;
    }

    /** Returns why a call with these headers is refused; null if it is not. */
    @Nullable
    Status refusal(Metadata headers) {
        if ("true".equals(headers.get(HAS_LEADER)) && !services.health().hasLeader()) {
            return Failures.statusOf(EtcdError.NO_LEADER.exception());
        }
        return null;
    }

    /** Returns why a message is refused, in the words of gRPC for Go; null if it is not. */
    @Nullable
    Status refusal(Bytes message) {
        return message.length() <= messageBytesMax
                ? null
                : Status.RESOURCE_EXHAUSTED.withDescription("grpc: received message larger than max ("
                        + message.length() + " vs. " + messageBytesMax + ")");
    }
}
