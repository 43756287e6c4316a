/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import org.apiguardian.api.API;

/**
 * Many keys with their values, kept as encoded records in one array: a list for Java callers, ready bytes for
 * transports.
 *
 * <p>The array holds each record as a field of bytes with number 2, which is what {@code RangeResponse.kvs} looks like
 * on the wire, so a transport copies {@link #packed()} once and builds no object per key. {@link #get} decodes at each
 * call. Immutable.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class KeyValues extends AbstractList<KeyValue> implements RandomAccess {
    /** No keys. */
    public static final KeyValues EMPTY = new KeyValues(Bytes.EMPTY, new int[0], 0);

    private static final int FIELD = 2;

    private final Bytes packed;
    private final int[] ends; // ends[i]: index in packed after record i; may be longer than size
    private final int size;

    private KeyValues(Bytes packed, int[] ends, int size) {
        this.packed = packed;
        this.ends = ends;
        this.size = size;
    }

    /**
     * Encodes values.
     *
     * @param values the values
     * @return them, packed
     */
    public static KeyValues of(List<KeyValue> values) {
        Builder builder = new Builder();
        for (KeyValue value : values) {
            builder.add(value);
        }
        return builder.build();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public KeyValue get(int index) {
        return KeyValue.decode(encoded(index));
    }

    /**
     * Returns one record as it is stored: the message {@code mvccpb.KeyValue}.
     *
     * @param index from 0 inclusive to {@link #size()} exclusive
     * @return a slice
     */
    public Bytes encoded(int index) {
        Objects.checkIndex(index, size);
        ProtoReader reader = new ProtoReader(packed.slice(index == 0 ? 0 : ends[index - 1], ends[index]));
        reader.next();
        return reader.bytes();
    }

    /**
     * Returns all records, each as a field of bytes with number 2.
     *
     * @return the shared bytes
     */
    public Bytes packed() {
        return packed;
    }

    /** Gathers records. Not thread-safe. */
    public static final class Builder {
        private final ProtoWriter writer = new ProtoWriter(256);
        private int[] ends = new int[8];
        private int size;

        /** Creates a builder without records. */
        public Builder() {}

        /**
         * Adds a value.
         *
         * @param value the value
         * @return this builder
         */
        public Builder add(KeyValue value) {
            int mark = writer.begin(FIELD);
            value.encodeTo(writer);
            writer.end(mark);
            return counted();
        }

        /**
         * Adds a record that is encoded already.
         *
         * @param record the message {@code mvccpb.KeyValue}
         * @return this builder
         */
        public Builder add(Bytes record) {
            writer.bytesAlways(FIELD, record);
            return counted();
        }

        /**
         * Adds a record that is encoded already.
         *
         * @param source array that holds it
         * @param offset index of its first byte
         * @param length its number of bytes
         * @return this builder
         */
        public Builder add(byte[] source, int offset, int length) {
            writer.bytesAlways(FIELD, source, offset, length);
            return counted();
        }

        private Builder counted() {
            if (size == ends.length) {
                ends = Arrays.copyOf(ends, size * 2);
            }
            ends[size++] = writer.size();
            return this;
        }

        /**
         * Returns how many records were added.
         *
         * @return the number
         */
        public int size() {
            return size;
        }

        /**
         * Returns how many bytes the records take so far.
         *
         * @return the number
         */
        public int sizeBytes() {
            return writer.size();
        }

        /**
         * Ends the work; the builder must not be used afterwards.
         *
         * @return the records
         */
        public KeyValues build() {
            return size == 0 ? EMPTY : new KeyValues(writer.toBytes(), ends, size);
        }
    }
}
