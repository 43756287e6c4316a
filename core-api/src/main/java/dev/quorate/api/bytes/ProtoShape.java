/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.bytes;

import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * Which fields a message has, and how their values are encoded. A field that comes in another encoding counts as one
 * that is not known, as protocol buffers have it.
 *
 * <pre>{@code
 * private static final ProtoShape PUT = ProtoShape.ofBytes(1, 2).numbers(3, 4, 5, 6);
 * }</pre>
 *
 * <p>Immutable.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ProtoShape {
    private static final byte NUMBER = 1 << ProtoReader.WIRE_VARINT;
    private static final byte BYTES = 1 << ProtoReader.WIRE_BYTES;

    /** By field: a bit for every encoding that is taken. */
    private final byte[] encodings;

    private ProtoShape(byte[] encodings) {
        this.encodings = encodings;
    }

    /**
     * Begins with bytes, texts, and messages.
     *
     * @param fields their fields
     * @return the shape
     */
    public static ProtoShape ofBytes(int... fields) {
        return new ProtoShape(new byte[0]).with(BYTES, fields);
    }

    /**
     * Begins with numbers and truth values.
     *
     * @param fields their fields
     * @return the shape
     */
    public static ProtoShape ofNumbers(int... fields) {
        return new ProtoShape(new byte[0]).with(NUMBER, fields);
    }

    /**
     * Adds numbers and truth values.
     *
     * @param fields their fields
     * @return another shape
     */
    public ProtoShape numbers(int... fields) {
        return with(NUMBER, fields);
    }

    /**
     * Adds repeated numbers, which come one by one or packed into bytes.
     *
     * @param fields their fields
     * @return another shape
     */
    public ProtoShape repeatedNumbers(int... fields) {
        return with((byte) (NUMBER | BYTES), fields);
    }

    private ProtoShape with(byte encoding, int... fields) {
        int last = Arrays.stream(fields).max().orElse(0);
        byte[] more = Arrays.copyOf(encodings, Math.max(encodings.length, last + 1));
        for (int field : fields) {
            more[field] = encoding;
        }
        return new ProtoShape(more);
    }

    boolean takes(int field, int wireType) {
        return field < encodings.length && (encodings[field] >> wireType & 1) != 0;
    }
}
