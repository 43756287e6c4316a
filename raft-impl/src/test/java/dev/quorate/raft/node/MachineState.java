/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import java.util.ArrayList;
import java.util.List;

/**
 * The state behind an entry: how many commands were applied, a hash over all of them, and who is a member.
 *
 * @param index the entry
 * @param term its term
 * @param revision commands applied
 * @param hash over all entries
 * @param ever whoever was a member, a bit for each id
 * @param confState who is
 */
record MachineState(long index, long term, long revision, long hash, long ever, ConfState confState) {
    static final MachineState EMPTY = new MachineState(0, 0, 0, 17, 0, ConfState.EMPTY);

    /** The server refuses so many of the changes, for reasons of its own. */
    private static final int REFUSED_EACH = 7;

    MachineState after(Entry entry) {
        long commands = isCommand(entry) ? revision + 1 : revision;
        long mixed = hash;
        mixed = (mixed ^ entry.index()) * 1099511628211L;
        mixed = (mixed ^ entry.term()) * 1099511628211L;
        mixed = (mixed ^ entry.data().hashCode()) * 1099511628211L;
        if (entry.type() == EntryType.NORMAL || refuses(entry)) {
            return new MachineState(entry.index(), entry.term(), commands, mixed, ever, confState);
        }
        ConfChange change = ConfChange.decode(entry.data());
        return new MachineState(
                entry.index(), entry.term(), commands, mixed, ever | 1L << change.nodeId(), changed(change));
    }

    static boolean isCommand(Entry entry) {
        return entry.type() == EntryType.NORMAL && !entry.data().isEmpty();
    }

    /** Tells whether the server refuses a change of the members. */
    boolean refuses(Entry entry) {
        if (entry.term() == 1) {
            return false; // the first members
        }
        ConfChange change = ConfChange.decode(entry.data());
        long id = change.nodeId();
        boolean voter = confState.voters().contains(id);
        boolean learner = confState.learners().contains(id);
        boolean sensible = switch (change.type()) {
            case ADD_NODE -> learner || !wasMember(id);
            case ADD_LEARNER_NODE -> !wasMember(id);
            case UPDATE_NODE -> voter || learner;
            case REMOVE_NODE -> learner || (voter && confState.voters().size() > 1);
        };
        return !sensible || entry.index() % REFUSED_EACH == 0;
    }

    boolean wasMember(long id) {
        return (ever >>> id & 1) == 1;
    }

    boolean isMember(long id) {
        return confState.voters().contains(id) || confState.learners().contains(id);
    }

    boolean isRemoved(long id) {
        return wasMember(id) && !isMember(id);
    }

    private ConfState changed(ConfChange change) {
        List<Long> voters = new ArrayList<>(confState.voters());
        List<Long> learners = new ArrayList<>(confState.learners());
        long id = change.nodeId();
        if (change.type() == ConfChange.Type.UPDATE_NODE) {
            return confState;
        }
        voters.remove(id);
        learners.remove(id);
        if (change.type() == ConfChange.Type.ADD_NODE) {
            voters.add(id);
        } else if (change.type() == ConfChange.Type.ADD_LEARNER_NODE) {
            learners.add(id);
        }
        return ConfState.of(voters, learners);
    }

    byte[] encode() {
        return new ProtoWriter(64)
                .varintAlways(1, index)
                .varintAlways(2, term)
                .varintAlways(3, revision)
                .varintAlways(4, hash)
                .varintAlways(5, ever)
                .bytes(6, confState.encode())
                .toBytes()
                .toArray();
    }

    static MachineState decode(byte[] encoded) {
        long[] numbers = new long[6];
        Bytes confState = Bytes.EMPTY;
        ProtoReader reader = new ProtoReader(Bytes.wrap(encoded));
        while (reader.next()) {
            if (reader.field() == 6) {
                confState = reader.bytes();
            } else {
                numbers[reader.field()] = reader.varint();
            }
        }
        return new MachineState(
                numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], ConfState.decode(confState));
    }
}
