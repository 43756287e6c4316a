/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.inbound.Services;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What every call has to pass before it is served. Thread-safe. */
final class CallLimits {
    private static final Metadata.Key<String> HAS_LEADER =
            Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    /** What a learner serves; of ranges only those that are not linearizable. */
    private static final Set<String> ON_LEARNERS =
            Set.of("etcdserverpb.KV/Range", "etcdserverpb.Maintenance/Status", "etcdserverpb.Maintenance/Snapshot");

    /** Whether the header is what it should be; its value interests nobody. */
    private static final Metadata.Key<Boolean> API_VERSION_IS_TEXT =
            InternalMetadata.keyOf("client-api-version", new InternalMetadata.TrustedAsciiMarshaller<Boolean>() {
                @Override
                public byte[] toAsciiString(Boolean value) {
                    throw new UnsupportedOperationException("only read");
                }

                @Override
                public Boolean parseAsciiString(byte[] serialized) {
                    return isUtf8(serialized);
                }
            });

    private final Services services;
    private final int messageBytesMax;

    CallLimits(Services services, int messageBytesMax) {
        this.services = services;
        this.messageBytesMax = messageBytesMax;
    }

    /** Tells whether a client wants to be served only by a member that knows a leader. */
    static boolean wantsLeader(Metadata headers) {
        return "true".equals(headers.get(HAS_LEADER));
    }

    /** Tells whether this member only learns. */
    boolean isLearner() {
        return services.health().isLearner();
    }

    /** Returns why a call with these headers is refused; null if it is not. */
    @Nullable
    Status refusal(ServerCall<?, ?> call, Metadata headers) {
        return refusal(call.getMethodDescriptor().getFullMethodName(), headers);
    }

    /** The same for a method by name. */
    @Nullable
    Status refusal(String method, Metadata headers) {
        if (isLearner() && !ON_LEARNERS.contains(method)) {
            return Failures.statusOf(EtcdError.NOT_SUPPORTED_FOR_LEARNER.exception());
        }
        if (Boolean.FALSE.equals(headers.get(API_VERSION_IS_TEXT))) {
            return Failures.statusOf(EtcdError.INVALID_CLIENT_API_VERSION.exception());
        }
        if (wantsLeader(headers) && !services.health().hasLeader()) {
            return Failures.statusOf(EtcdError.NO_LEADER.exception());
        }
        return null;
    }

    private static boolean isUtf8(byte[] text) {
        boolean ascii = true;
        for (byte part : text) {
            ascii &= part >= 0;
        }
        if (ascii) {
            return true;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
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
