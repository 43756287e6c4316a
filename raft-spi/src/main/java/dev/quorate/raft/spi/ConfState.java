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
 * Who votes and who learns: the message {@code raftpb.ConfState}. All ids are unsigned.
 *
 * <p>Outside a joint configuration the last three are empty and false.
 *
 * @param voters who votes; in a joint configuration, who will vote after it
 * @param learners who learns
 * @param votersOutgoing in a joint configuration, who voted before it
 * @param learnersNext in a joint configuration, who votes still and learns after it
 * @param autoLeave whether the leader ends the joint configuration by itself
 */
@API(status = API.Status.EXPERIMENTAL)
public record ConfState(
        List<Long> voters, List<Long> learners, List<Long> votersOutgoing, List<Long> learnersNext, boolean autoLeave) {
    /** Nobody. */
    public static final ConfState EMPTY = of(List.of(), List.of());

    /** Takes copies of lists. */
    public ConfState {
        voters = List.copyOf(voters);
        learners = List.copyOf(learners);
        votersOutgoing = List.copyOf(votersOutgoing);
        learnersNext = List.copyOf(learnersNext);
    }

    /**
     * Returns a configuration that is not joint.
     *
     * @param voters who votes
     * @param learners who learns
     * @return the configuration
     */
    public static ConfState of(List<Long> voters, List<Long> learners) {
        return new ConfState(voters, learners, List.of(), List.of(), false);
    }

    /**
     * Tells whether two configurations mean the same, whatever the order of the ids.
     *
     * @param other another one
     * @return true if they do
     */
    public boolean isEquivalent(ConfState other) {
        return sorted().equals(other.sorted());
    }

    private ConfState sorted() {
        return new ConfState(sorted(voters), sorted(learners), sorted(votersOutgoing), sorted(learnersNext), autoLeave);
    }

    private static List<Long> sorted(List<Long> ids) {
        return ids.stream().sorted().toList();
    }

    /**
     * Encodes the configuration.
     *
     * @return the message
     */
    public Bytes encode() {
        ProtoWriter writer = new ProtoWriter(64);
        voters.forEach(id -> writer.varintAlways(1, id));
        learners.forEach(id -> writer.varintAlways(2, id));
        votersOutgoing.forEach(id -> writer.varintAlways(3, id));
        learnersNext.forEach(id -> writer.varintAlways(4, id));
        return writer.varintAlways(5, autoLeave ? 1 : 0).toBytes();
    }

    /**
     * Decodes a configuration.
     *
     * @param encoded the message
     * @return the configuration
     * @throws MalformedProtoException if it is not such a message
     */
    public static ConfState decode(Bytes encoded) {
        List<Long> voters = new ArrayList<>();
        List<Long> learners = new ArrayList<>();
        List<Long> votersOutgoing = new ArrayList<>();
        List<Long> learnersNext = new ArrayList<>();
        boolean autoLeave = false;
        ProtoReader reader = new ProtoReader(encoded);
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> voters.add(reader.varint());
                case 2 -> learners.add(reader.varint());
                case 3 -> votersOutgoing.add(reader.varint());
                case 4 -> learnersNext.add(reader.varint());
                case 5 -> autoLeave = reader.bool();
                default -> reader.skip();
            }
        }
        return new ConfState(voters, learners, votersOutgoing, learnersNext, autoLeave);
    }
}
