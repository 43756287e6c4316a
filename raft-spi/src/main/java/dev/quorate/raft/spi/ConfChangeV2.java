/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A change of any number of members: the data of an entry of type {@link EntryType#CONF_CHANGE_V2}, the message
 * {@code raftpb.ConfChangeV2}.
 *
 * <p>Without a step, and with {@link Transition#AUTO}, it leaves a joint configuration.
 *
 * @param transition how the group gets from the old configuration to the new one
 * @param changes the steps, in order
 * @param context what the server says about the change, opaque here
 */
@API(status = API.Status.EXPERIMENTAL)
public record ConfChangeV2(Transition transition, List<ConfChangeSingle> changes, Bytes context) {
    /** How the new configuration is reached; {@link #ordinal()} is the number in {@code ConfChangeTransition}. */
    public enum Transition {
        /** At once if one voter changes at most, else through a joint configuration that is left by itself. */
        AUTO,
        /** Through a joint configuration that is left by itself. */
        JOINT_IMPLICIT,
        /** Through a joint configuration that is left by another change. */
        JOINT_EXPLICIT
    }

    /**
     * The end of a joint configuration. Empty data decode to it: what the leader proposes by itself no limit refuses.
     */
    public static final ConfChangeV2 LEAVE_JOINT = new ConfChangeV2(Transition.AUTO, List.of(), Bytes.EMPTY);

    /** Takes a copy of the list. */
    public ConfChangeV2 {
        changes = List.copyOf(changes);
    }

    /**
     * Tells whether this change leaves a joint configuration.
     *
     * @return true if it does
     */
    public boolean leavesJoint() {
        return transition == Transition.AUTO && changes.isEmpty();
    }

    /**
     * Tells whether this change enters a joint configuration.
     *
     * @return true if it does
     */
    public boolean entersJoint() {
        return transition != Transition.AUTO || changes.size() > 1;
    }

    /**
     * Tells whether the joint configuration that this change enters is left by itself.
     *
     * @return true if it is
     */
    public boolean autoLeave() {
        return transition != Transition.JOINT_EXPLICIT;
    }

    /**
     * Encodes the change.
     *
     * @return the message
     */
    public Bytes encode() {
        ProtoWriter writer = new ProtoWriter(context.length() + 64).varintAlways(1, transition.ordinal());
        for (ConfChangeSingle change : changes) {
            int mark = writer.begin(2);
            writer.varintAlways(1, change.type().ordinal())
                    .varintAlways(2, change.nodeId())
                    .end(mark);
        }
        return writer.bytes(3, context).toBytes();
    }

    /**
     * Decodes a change.
     *
     * @param encoded the message
     * @return the change
     * @throws MalformedProtoException if it is not such a message
     */
    public static ConfChangeV2 decode(Bytes encoded) {
        long transition = 0;
        List<ConfChangeSingle> changes = new ArrayList<>();
        Bytes context = Bytes.EMPTY;
        ProtoReader reader = new ProtoReader(encoded);
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> transition = reader.varint();
                case 2 -> changes.add(single(reader.message()));
                case 3 -> context = reader.bytes();
                default -> reader.skip();
            }
        }
        if (transition < 0 || transition >= Transition.values().length) {
            throw new MalformedProtoException("transition of a membership change is " + transition);
        }
        return new ConfChangeV2(Transition.values()[(int) transition], changes, context);
    }

    private static ConfChangeSingle single(ProtoReader reader) {
        long type = 0;
        long nodeId = 0;
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> type = reader.varint();
                case 2 -> nodeId = reader.varint();
                default -> reader.skip();
            }
        }
        return new ConfChangeSingle(ConfChange.Type.of(type), nodeId);
    }
}
