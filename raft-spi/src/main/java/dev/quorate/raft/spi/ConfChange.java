/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A change of one member: the data of an entry of type {@link EntryType#CONF_CHANGE}, the message
 * {@code raftpb.ConfChange}.
 *
 * @param id id of the request, 0 if there is none
 * @param type what changes
 * @param nodeId the member, unsigned
 * @param context what the server says about the member, opaque here
 */
@API(status = API.Status.EXPERIMENTAL)
public record ConfChange(long id, Type type, long nodeId, Bytes context) {
    /** What changes; {@link #ordinal()} is the number in {@code raftpb.ConfChangeType}. */
    public enum Type {
        /** A voter comes, or a learner becomes one. */
        ADD_NODE,
        /** A member goes. */
        REMOVE_NODE,
        /** A member is reached elsewhere. */
        UPDATE_NODE,
        /** A learner comes. */
        ADD_LEARNER_NODE;

        static Type of(long number) {
            if (number < 0 || number >= values().length) {
                throw new MalformedProtoException("type of a membership change is " + number);
            }
            return values()[(int) number];
        }
    }

    /**
     * Returns the same change as one of several members.
     *
     * @return the change, with the same context
     */
    public ConfChangeV2 toV2() {
        return new ConfChangeV2(ConfChangeV2.Transition.AUTO, List.of(new ConfChangeSingle(type, nodeId)), context);
    }

    /**
     * Encodes the change.
     *
     * @return the message
     */
    public Bytes encode() {
        return new ProtoWriter(context.length() + 32)
                .varint(1, id)
                .varintAlways(2, type.ordinal())
                .varintAlways(3, nodeId)
                .bytes(4, context)
                .toBytes();
    }

    /**
     * Decodes a change.
     *
     * @param encoded the message
     * @return the change
     * @throws MalformedProtoException if it is not such a message
     */
    public static ConfChange decode(Bytes encoded) {
        long id = 0;
        long type = 0;
        long nodeId = 0;
        Bytes context = Bytes.EMPTY;
        ProtoReader reader = new ProtoReader(encoded);
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> id = reader.varint();
                case 2 -> type = reader.varint();
                case 3 -> nodeId = reader.varint();
                case 4 -> context = reader.bytes();
                default -> reader.skip();
            }
        }
        return new ConfChange(id, Type.of(type), nodeId, context);
    }
}
