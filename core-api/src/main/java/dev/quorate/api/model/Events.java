/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Changes of keys, each kept as its encoded {@code mvccpb.Event}, so that an event is encoded once for all its
 * watchers.
 *
 * <p>{@link #get} decodes at each call. Immutable.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Events extends AbstractList<Event> implements RandomAccess {
    /** Nothing happened. */
    public static final Events EMPTY = new Events(List.of());

    private final List<Bytes> encoded;

    private Events(List<Bytes> encoded) {
        this.encoded = encoded;
    }

    /**
     * Takes events that are encoded already.
     *
     * @param encoded the messages {@code mvccpb.Event}, in order
     * @return the events
     */
    public static Events ofEncoded(List<Bytes> encoded) {
        return encoded.isEmpty() ? EMPTY : new Events(List.copyOf(encoded));
    }

    /**
     * Encodes one event.
     *
     * @param type what happened
     * @param record the key afterwards, as the message {@code mvccpb.KeyValue}
     * @param previous the key before, in the same form; null for none
     * @return the message {@code mvccpb.Event}
     */
    public static Bytes encode(EventType type, Bytes record, @Nullable Bytes previous) {
        ProtoWriter writer = new ProtoWriter(record.length() + (previous == null ? 0 : previous.length()) + 16);
        writer.varint(1, type.ordinal()).bytesAlways(2, record);
        if (previous != null) {
            writer.bytesAlways(3, previous);
        }
        return writer.toBytes();
    }

    @Override
    public int size() {
        return encoded.size();
    }

    @Override
    public Event get(int index) {
        EventType type = EventType.PUT;
        KeyValue kv = new KeyValue(Bytes.EMPTY, 0, 0, 0, Bytes.EMPTY, 0);
        KeyValue previous = null;
        ProtoReader reader = new ProtoReader(encoded.get(index));
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> type = reader.varint() == 0 ? EventType.PUT : EventType.DELETE;
                case 2 -> kv = KeyValue.decode(reader.bytes());
                case 3 -> previous = KeyValue.decode(reader.bytes());
                default -> reader.skip();
            }
        }
        return new Event(type, kv, previous);
    }

    /**
     * Returns the encoded events.
     *
     * @return the messages {@code mvccpb.Event}, in order; unmodifiable
     */
    public List<Bytes> encoded() {
        return encoded;
    }
}
