/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.schema;

import dev.quorate.api.bytes.Bytes;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Who votes, as bucket {@code meta} holds it: the message {@code raftpb.ConfState} as JSON.
 *
 * @param voters ids of those who vote
 * @param learners ids of those who learn
 * @param votersOutgoing voters of the configuration that is being left
 * @param learnersNext who will learn once it is left
 * @param autoLeave whether it is left without being asked
 */
@API(status = API.Status.EXPERIMENTAL)
public record ConfStateRecord(
        List<Long> voters, List<Long> learners, List<Long> votersOutgoing, List<Long> learnersNext, boolean autoLeave) {
    /** Takes copies of lists. */
    public ConfStateRecord {
        voters = List.copyOf(voters);
        learners = List.copyOf(learners);
        votersOutgoing = List.copyOf(votersOutgoing);
        learnersNext = List.copyOf(learnersNext);
    }

    /**
     * A configuration of voters and learners that no change is under way in.
     *
     * @param voters ids of those who vote
     * @param learners ids of those who learn
     * @return the record
     */
    public static ConfStateRecord of(List<Long> voters, List<Long> learners) {
        return new ConfStateRecord(voters, learners, List.of(), List.of(), false);
    }

    /**
     * Encodes the record.
     *
     * @return the JSON
     */
    public Bytes encode() {
        return new JsonWriter()
                .numbersIfAny("voters", voters)
                .numbersIfAny("learners", learners)
                .numbersIfAny("voters_outgoing", votersOutgoing)
                .numbersIfAny("learners_next", learnersNext)
                .bool("auto_leave", autoLeave)
                .toBytes();
    }

    /**
     * Decodes a record.
     *
     * @param json the JSON
     * @return the record
     * @throws IllegalArgumentException if it is no such JSON
     */
    public static ConfStateRecord decode(Bytes json) {
        List<Long> voters = List.of();
        List<Long> learners = List.of();
        List<Long> votersOutgoing = List.of();
        List<Long> learnersNext = List.of();
        boolean autoLeave = false;
        JsonReader reader = new JsonReader(json);
        while (reader.next()) {
            switch (reader.name()) {
                case "voters" -> voters = reader.numbers();
                case "learners" -> learners = reader.numbers();
                case "voters_outgoing" -> votersOutgoing = reader.numbers();
                case "learners_next" -> learnersNext = reader.numbers();
                case "auto_leave" -> autoLeave = reader.bool();
                default -> reader.skip();
            }
        }
        return new ConfStateRecord(voters, learners, votersOutgoing, learnersNext, autoLeave);
    }
}
