/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.Member;
import dev.quorate.raft.log.WalContent;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.SnapshotMark;
import dev.quorate.schema.MemberRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * With what the log starts.
 *
 * <p>A new cluster starts with an entry per member, sorted by id and committed at once: all members write the same. A
 * member that joins starts with nothing and gets everything from the leader. A restart starts with what the log holds.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/bootstrap.go}, {@code server/storage/util.go}; raft v3.7.0,
 * {@code bootstrap.go}.
 *
 * @param state the hard state
 * @param snapshot the snapshot that the log vouches for
 * @param entries entries behind it, the new ones too
 * @param bootstrap entries that are not in the log yet
 */
record LogStart(HardState state, SnapshotMark snapshot, List<Entry> entries, List<Entry> bootstrap) {
    /** Starts a log of which nothing is there. */
    static LogStart of(Founding founding) {
        if (founding.founders().isEmpty()) {
            return new LogStart(HardState.EMPTY, SnapshotMark.NONE, List.of(), List.of());
        }
        List<Entry> entries = new ArrayList<>();
        for (Member member : founding.founders()) {
            long index = 1L + entries.size();
            entries.add(change(1, index, ConfChange.Type.ADD_NODE, member.id(), MemberRecords.encode(member)));
        }
        return new LogStart(new HardState(1, 0, entries.size()), SnapshotMark.NONE, entries, entries);
    }

    /** Goes on with a log. */
    static LogStart of(WalContent content) {
        return new LogStart(content.state(), content.snapshot(), content.entries(), List.of());
    }

    /**
     * Goes on with a log as a member that is alone: what is not committed is dropped, and entries that remove the
     * others are committed by force.
     *
     * @param content the log
     * @param applied up to where storage holds the effect; it was committed, whatever the log says
     */
    static LogStart alone(WalContent content, long applied) {
        long commit = Math.max(content.state().commit(), applied);
        List<Entry> entries = new ArrayList<>(content.entries().stream()
                .filter(entry -> entry.index() <= commit)
                .toList());
        long term = content.state().term();
        long self = content.memberId();
        SortedSet<Long> members = members(content.snapshot(), entries);
        List<Entry> forced = new ArrayList<>();
        if (!members.contains(self)) { // first, since a cluster of nobody cannot be
            Member member = new Member(self, "", List.of("http://localhost:2380"), List.of(), false);
            forced.add(change(term, commit + 1, ConfChange.Type.ADD_NODE, self, MemberRecords.encode(member)));
        }
        for (long other : members) {
            if (other != self) {
                long index = commit + 1 + forced.size();
                forced.add(change(term, index, ConfChange.Type.REMOVE_NODE, other, Bytes.EMPTY));
            }
        }
        entries.addAll(forced);
        HardState state = new HardState(term, content.state().vote(), commit + forced.size());
        return new LogStart(state, content.snapshot(), entries, forced);
    }

    private static SortedSet<Long> members(SnapshotMark snapshot, List<Entry> entries) {
        SortedSet<Long> members = new TreeSet<>(Long::compareUnsigned);
        members.addAll(snapshot.confState().voters());
        members.addAll(snapshot.confState().learners());
        for (Entry entry : entries) {
            if (entry.type() == EntryType.CONF_CHANGE) {
                ConfChange change = ConfChange.decode(entry.data());
                switch (change.type()) {
                    case ADD_NODE, ADD_LEARNER_NODE -> members.add(change.nodeId());
                    case REMOVE_NODE -> members.remove(change.nodeId());
                    case UPDATE_NODE -> {}
                }
            }
        }
        return members;
    }

    private static Entry change(long term, long index, ConfChange.Type type, long member, Bytes context) {
        return new Entry(term, index, EntryType.CONF_CHANGE, new ConfChange(0, type, member, context).encode());
    }
}
