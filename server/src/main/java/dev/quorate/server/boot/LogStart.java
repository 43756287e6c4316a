/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import dev.quorate.api.model.Member;
import dev.quorate.raft.log.WalContent;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.SnapshotMark;
import dev.quorate.schema.MemberRecords;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * With what the log starts: with what it holds, or, if it holds nothing, with the entry that makes this member the
 * first one.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/bootstrap.go}; raft v3.7.0, {@code bootstrap.go}.
 *
 * @param state the hard state
 * @param snapshot the snapshot that the log vouches for
 * @param entries entries behind it, the new ones too
 * @param bootstrap entries that are not in the log yet
 */
record LogStart(HardState state, SnapshotMark snapshot, List<Entry> entries, List<Entry> bootstrap) {
    static LogStart of(@Nullable WalContent content, MemberConfig config, long memberId) {
        if (content != null && content.lastIndex() > 0) {
            return new LogStart(content.state(), content.snapshot(), content.entries(), List.of());
        }
        Member self = new Member(memberId, "", config.initialAdvertisePeerUrls(), List.of(), false);
        ConfChange change = new ConfChange(0, ConfChange.Type.ADD_NODE, memberId, MemberRecords.encode(self));
        List<Entry> first = List.of(new Entry(1, 1, EntryType.CONF_CHANGE, change.encode()));
        return new LogStart(new HardState(1, 0, 1), SnapshotMark.NONE, first, first);
    }
}
