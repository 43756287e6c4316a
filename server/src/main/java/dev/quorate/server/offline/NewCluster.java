/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.offline;

import dev.quorate.api.model.Member;
import dev.quorate.membership.MemberIds;
import dev.quorate.raft.log.Wal;
import dev.quorate.raft.log.WalOptions;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.SnapshotMark;
import dev.quorate.schema.MemberRecords;
import dev.quorate.schema.V2StoreRecord;
import dev.quorate.server.boot.DataDir;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who will be in a cluster that begins anew.
 *
 * @param memberId which of them this one is
 * @param clusterId the cluster
 * @param members all of them, by id
 */
record NewCluster(long memberId, long clusterId, List<Member> members) {
    static final long TERM = 1;

    static NewCluster of(String name, Map<String, List<String>> peerUrlsByName, String token) {
        List<String> own = peerUrlsByName.get(name);
        if (own == null) {
            throw new IllegalArgumentException(
                    "couldn't find local name \"" + name + "\" in the initial cluster configuration");
        }
        TreeMap<Long, Member> members = new TreeMap<>(Long::compareUnsigned);
        Set<String> seen = new HashSet<>();
        peerUrlsByName.forEach((memberName, peerUrls) -> {
            for (String url : peerUrls) {
                if (!seen.add(url)) {
                    throw new IllegalArgumentException("initial cluster has duplicate url " + url);
                }
            }
            long id = MemberIds.ofMember(peerUrls, token);
            members.put(id, new Member(id, memberName, peerUrls, List.of(), false));
        });
        return new NewCluster(
                MemberIds.ofMember(own, token), MemberIds.ofCluster(members.keySet()), List.copyOf(members.values()));
    }

    /** Returns the last entry of the log that such a cluster begins with: each member has one. */
    long lastIndex() {
        return members.size();
    }

    List<Long> memberIds() {
        return members.stream().map(Member::id).toList();
    }

    /** Writes that log, and that storage holds what it says. */
    void writeLog(DataDir dataDir) {
        List<Entry> entries = new ArrayList<>();
        for (Member member : members) {
            ConfChange change = new ConfChange(0, ConfChange.Type.ADD_NODE, member.id(), MemberRecords.encode(member));
            entries.add(new Entry(TERM, entries.size() + 1L, EntryType.CONF_CHANGE, change.encode()));
        }
        WalOptions options = new WalOptions(
                dataDir.wal(),
                dataDir.snap(),
                Wal.SEGMENT_BYTES,
                0,
                0,
                true,
                () -> V2StoreRecord.encode(members, List.of(), ""),
                () -> 0,
                Wal.Observer.NONE);
        try (Wal log = Wal.create(options, memberId, clusterId)) {
            log.append(entries, new HardState(TERM, members.get(0).id(), lastIndex()));
            log.snapshot(new SnapshotMark(lastIndex(), TERM, ConfState.of(memberIds(), List.of())));
        }
    }
}
