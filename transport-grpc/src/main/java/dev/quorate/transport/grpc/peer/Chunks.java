/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoWriter;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A message of gRPC as the encoded bytes that it is, in several pieces when it is sent: so what several members get is
 * encoded once, and copied only into the buffers of their connections.
 *
 * @param pieces in order; one if it was received
 */
record Chunks(List<Bytes> pieces) {
    static final Marshaller<Chunks> MARSHALLER = new Raw();

    static Chunks of(ProtoWriter written) {
        return new Chunks(List.of(written.toBytes()));
    }

    /** How many bytes there are. */
    int size() {
        int sum = 0;
        for (int i = 0; i < pieces.size(); i++) {
            sum = Math.addExact(sum, pieces.get(i).length());
        }
        return sum;
    }

    /** The bytes of a message that was received. */
    Bytes bytes() {
        return pieces.get(0);
    }

    private static final class Raw implements Marshaller<Chunks> {
        @Override
        public InputStream stream(Chunks message) {
            return new Sent(message);
        }

        @Override
        public Chunks parse(InputStream stream) {
            try {
                // Not by readAllBytes, which takes a buffer of 8 KiB for the shortest message.
                byte[] message = new byte[stream instanceof KnownLength ? stream.available() : 0];
                int read = stream.readNBytes(message, 0, message.length);
                byte[] rest = stream.readAllBytes();
                if (rest.length > 0) {
                    message = Arrays.copyOf(message, read + rest.length);
                    System.arraycopy(rest, 0, message, read, rest.length);
                }
                return new Chunks(List.of(Bytes.wrap(message)));
            } catch (IOException e) {
                throw Status.INTERNAL
                        .withDescription("cannot read a message")
                        .withCause(e)
                        .asRuntimeException();
            }
        }
    }

    /** Lets gRPC copy the pieces straight into the buffer of the connection. */
    private static final class Sent extends InputStream implements Drainable, KnownLength {
        private final List<Bytes> pieces;
        private int piece;
        private int position;
        private int left;

        Sent(Chunks message) {
            pieces = message.pieces();
            left = message.size();
        }

        @Override
        public int available() {
            return left;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, target.length);
            if (left == 0) {
                return length == 0 ? 0 : -1;
            }
            while (position == pieces.get(piece).length()) {
                piece++;
                position = 0;
            }
            Bytes from = pieces.get(piece);
            int count = Math.min(length, from.length() - position);
            System.arraycopy(from.sharedArray(), from.sharedOffset() + position, target, offset, count);
            position += count;
            left -= count;
            return count;
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int drained = left;
            for (; piece < pieces.size(); piece++) {
                Bytes from = pieces.get(piece);
                target.write(from.sharedArray(), from.sharedOffset() + position, from.length() - position);
                position = 0;
            }
            left = 0;
            return drained;
        }
    }
}
