/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.snapshot;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.AlarmAction;
import dev.quorate.api.model.AlarmRequest;
import dev.quorate.api.model.AlarmType;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.LeaseGrantRequest;
import dev.quorate.api.model.Member;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.TxnRequest;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.schema.Command;
import dev.quorate.schema.CommandHeader;
import dev.quorate.schema.Commands;
import dev.quorate.schema.MemberRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What a cluster has committed: made from a seed, longer on demand. */
final class Committed {
    static final Bytes LEFT = Bytes.utf8("twin-left");
    static final Bytes RIGHT = Bytes.utf8("twin-right");

    private final List<Entry> entries = new ArrayList<>();
    private final Random random;
    private final int valueBytesMax;
    private long term = 2;
    private long revision = 1;

    Committed(long seed, int valueBytesMax) {
        this(seed, valueBytesMax, List.of(1L, 2L, 3L));
    }

    Committed(long seed, int valueBytesMax, List<Long> members) {
        random = new Random(seed);
        this.valueBytesMax = valueBytesMax;
        members.forEach(this::addMember);
        add(new Command.ClusterVersionSet("3.7.0"));
    }

    final void addMember(long id) {
        Member member =
                new Member(id, "", List.of("http://127.0.0.1:" + (2000 + Math.floorMod(id, 100))), List.of(), false);
        ConfChange change = new ConfChange(0, ConfChange.Type.ADD_NODE, id, MemberRecords.encode(member));
        entry(EntryType.CONF_CHANGE, change.encode());
        add(new Command.ClusterMemberAttrSet(
                id, "m" + id, List.of("http://127.0.0.1:" + (3000 + Math.floorMod(id, 100)))));
    }

    private void entry(EntryType type, Bytes data) {
        entries.add(new Entry(term, entries.size() + 1L, type, data));
    }

    final void add(Command command) {
        entry(EntryType.NORMAL, Commands.encode(CommandHeader.of(entries.size() + 1L), command));
    }

    void put(String key, long lease) {
        byte[] value = new byte[1 + random.nextInt(valueBytesMax)];
        random.nextBytes(value);
        add(new Command.Put(PutRequest.of(Bytes.utf8(key), Bytes.wrap(value)).withLease(lease)));
        revision++;
    }

    /** Stores the same value under two keys, in one revision. */
    void twins() {
        Bytes value = Bytes.utf8(Long.toString(random.nextLong()));
        add(new Command.Txn(new TxnRequest(
                List.of(), List.of(PutRequest.of(LEFT, value), PutRequest.of(RIGHT, value)), List.of())));
        revision++;
    }

    /** Adds so many random changes; now and then another term begins. */
    void grow(int count) {
        for (int i = 0; i < count; i++) {
            int kind = random.nextInt(20);
            String key = "key" + random.nextInt(500);
            if (kind == 0) {
                add(new Command.DeleteRange(new DeleteRangeRequest(KeyRange.single(Bytes.utf8(key)), false)));
            } else if (kind < 4) {
                twins();
            } else if (kind == 4 && random.nextInt(20) == 0) {
                term++;
                entry(EntryType.NORMAL, Bytes.EMPTY);
            } else {
                put(key, 0);
            }
        }
    }

    void grant(long lease, long ttlSeconds) {
        add(new Command.LeaseGrant(new LeaseGrantRequest(ttlSeconds, lease)));
    }

    void alarm(AlarmAction action, long member) {
        add(new Command.Alarm(new AlarmRequest(action, member, AlarmType.NOSPACE)));
    }

    void compact(long at) {
        add(new Command.Compaction(new CompactionRequest(at, false)));
    }

    /** An estimate from below: deletions of keys that are not there make no revision. */
    long revisionMin() {
        return revision;
    }

    long lastIndex() {
        return entries.size();
    }

    /** The entries from one index to another, both inclusive. */
    List<Entry> range(long first, long last) {
        return entries.subList((int) first - 1, (int) last);
    }

    List<Entry> from(long first) {
        return range(first, lastIndex());
    }
}
