/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.bytes.Bytes;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Messages as the bytes that they are: requests are decoded by the services, answers come encoded. */
final class RawMarshaller implements Marshaller<Bytes> {
    static final RawMarshaller INSTANCE = new RawMarshaller();

    private RawMarshaller() {}

    @Override
    public InputStream stream(Bytes message) {
        return new Encoded(message);
    }

    @Override
    public Bytes parse(InputStream stream) {
        try {
            if (!(stream instanceof KnownLength)) {
                return Bytes.wrap(stream.readAllBytes());
            }
            // Not by readAllBytes, which takes a buffer of 8 KiB for the shortest message.
            byte[] message = new byte[stream.available()];
            stream.readNBytes(message, 0, message.length);
            return Bytes.wrap(message);
        } catch (IOException e) {
            throw Status.INTERNAL
                    .withDescription("cannot read a message")
                    .withCause(e)
                    .asRuntimeException();
        }
    }

    /** Lets gRPC copy a message straight into the buffer of the connection. */
    private static final class Encoded extends ByteArrayInputStream implements Drainable, KnownLength {
        Encoded(Bytes message) {
            super(message.sharedArray(), message.sharedOffset(), message.length());
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int drained = count - pos;
            target.write(buf, pos, drained);
            pos = count;
            return drained;
        }
    }
}
