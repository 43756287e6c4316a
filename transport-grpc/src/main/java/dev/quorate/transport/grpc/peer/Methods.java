/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;

/** The methods of the peer port; {@code quorate/peer/v1/peer.proto} in wire says what their messages hold. */
final class Methods {
    static final String SERVICE = "quorate.peer.v1.Peer";
    static final MethodDescriptor<Chunks, Chunks> MESSAGES = method("Messages", MethodType.BIDI_STREAMING);

    /** Answered once; declared as a stream since gRPC keeps the headers of a single answer back until the answer. */
    static final MethodDescriptor<Chunks, Chunks> SNAPSHOT = method("Snapshot", MethodType.BIDI_STREAMING);

    static final MethodDescriptor<Chunks, Chunks> CALL = method("Call", MethodType.UNARY);

    private Methods() {}

    private static MethodDescriptor<Chunks, Chunks> method(String name, MethodType type) {
        return MethodDescriptor.<Chunks, Chunks>newBuilder()
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .setRequestMarshaller(Chunks.MARSHALLER)
                .setResponseMarshaller(Chunks.MARSHALLER)
                .build();
    }
}
