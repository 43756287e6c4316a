/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.Member;
import dev.quorate.raft.log.Wal;
import dev.quorate.raft.log.WalContent;
import dev.quorate.raft.log.WalOptions;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.SnapshotMark;
import dev.quorate.schema.MemberRecords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogStartTest {
    private static final long LARGE = -2; // as unsigned numbers the last one

    @TempDir
    Path folder;

    private WalOptions options;

    @BeforeEach
    void makeFolders() throws java.io.IOException {
        options = new WalOptions(
                Files.createDirectory(folder.resolve("wal")),
                Files.createDirectory(folder.resolve("snap")),
                64 << 10,
                5,
                5,
                false,
                () -> Bytes.EMPTY,
                () -> 0,
                (bytes, nanos) -> {});
    }

    private static Member member(long id) {
        return new Member(
                id, "m" + Long.toHexString(id), List.of("http://h:" + Long.toHexString(id)), List.of(), false);
    }

    private static Entry change(long term, long index, ConfChange.Type type, long id) {
        return new Entry(term, index, EntryType.CONF_CHANGE, new ConfChange(0, type, id, Bytes.EMPTY).encode());
    }

    private static Entry normal(long term, long index) {
        return new Entry(term, index, EntryType.NORMAL, Bytes.utf8("x"));
    }

    private WalContent log(HardState state, Entry... entries) {
        try (Wal wal = Wal.create(options, 1, 9)) {
            wal.append(List.of(entries), state);
        }
        return Wal.read(options.folder()).orElseThrow();
    }

    private static List<ConfChange> changes(List<Entry> entries) {
        return entries.stream().map(entry -> ConfChange.decode(entry.data())).toList();
    }

    @Test
    void beginsANewClusterWithAnEntryPerMemberThatIsCommitted() {
        List<Member> members = List.of(member(1), member(2), member(LARGE));
        LogStart start = LogStart.of(new Founding(new Founding.Identity(2, 9), members, members));
        assertThat(start.state()).isEqualTo(new HardState(1, 0, 3));
        assertThat(start.bootstrap()).isEqualTo(start.entries());
        assertThat(start.entries()).extracting(Entry::index).containsExactly(1L, 2L, 3L);
        assertThat(start.entries()).allMatch(entry -> entry.term() == 1 && entry.type() == EntryType.CONF_CHANGE);
        assertThat(changes(start.entries()))
                .extracting(change -> MemberRecords.decode(change.context()))
                .isEqualTo(members);
    }

    @Test
    void beginsWithNothingIfItJoins() {
        LogStart start =
                LogStart.of(new Founding(new Founding.Identity(2, 9), List.of(), List.of(member(1), member(2))));
        assertThat(start).isEqualTo(new LogStart(HardState.EMPTY, SnapshotMark.NONE, List.of(), List.of()));
    }

    @Test
    void goesOnWithItsLog() {
        WalContent content = log(new HardState(2, 1, 1), change(1, 1, ConfChange.Type.ADD_NODE, 1), normal(2, 2));
        LogStart start = LogStart.of(content);
        assertThat(start.entries()).hasSize(2);
        assertThat(start.bootstrap()).isEmpty();
        assertThat(start.state()).isEqualTo(new HardState(2, 1, 1));
    }

    @Test
    void dropsWhatIsNotCommittedAndThrowsTheOthersOut() {
        WalContent content = log(
                new HardState(3, 2, 4),
                change(1, 1, ConfChange.Type.ADD_NODE, 1),
                change(1, 2, ConfChange.Type.ADD_NODE, LARGE),
                change(1, 3, ConfChange.Type.ADD_LEARNER_NODE, 5),
                change(2, 4, ConfChange.Type.ADD_NODE, 6),
                normal(3, 5),
                change(3, 6, ConfChange.Type.REMOVE_NODE, 5));
        LogStart start = LogStart.alone(content, 0);
        assertThat(start.state()).isEqualTo(new HardState(3, 2, 7));
        assertThat(start.entries()).extracting(Entry::index).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(start.bootstrap()).hasSize(3).allMatch(entry -> entry.term() == 3);
        assertThat(changes(start.bootstrap()))
                .allMatch(change -> change.type() == ConfChange.Type.REMOVE_NODE)
                .extracting(ConfChange::nodeId)
                .containsExactly(5L, 6L, LARGE);
    }

    @Test
    void countsWhatStorageHoldsAsCommitted() {
        WalContent content = log(
                new HardState(1, 0, 1),
                change(1, 1, ConfChange.Type.ADD_NODE, 1),
                change(1, 2, ConfChange.Type.ADD_NODE, 2),
                normal(1, 3),
                normal(1, 4));
        LogStart start = LogStart.alone(content, 3);
        assertThat(start.state().commit()).isEqualTo(4);
        assertThat(changes(start.bootstrap())).extracting(ConfChange::nodeId).containsExactly(2L);
    }

    @Test
    void knowsMembersFromTheSnapshotAndAddsItselfFirst() {
        try (Wal wal = Wal.create(options, 1, 9)) {
            wal.append(List.of(normal(1, 1), normal(1, 2)), new HardState(1, 0, 2));
            wal.snapshot(new SnapshotMark(2, 1, ConfState.of(List.of(7L), List.of(8L))));
        }
        LogStart start = LogStart.alone(Wal.read(options.folder()).orElseThrow(), 2);
        List<String> forced = new ArrayList<>();
        changes(start.bootstrap()).forEach(change -> forced.add(change.type() + " " + change.nodeId()));
        assertThat(forced).containsExactly("ADD_NODE 1", "REMOVE_NODE 7", "REMOVE_NODE 8");
        assertThat(start.bootstrap().get(0).index()).isEqualTo(3);
    }

    @Test
    void isReadBackAsOneLogAfterOthersWereThrownOut() {
        WalContent content = log(
                new HardState(1, 0, 2),
                change(1, 1, ConfChange.Type.ADD_NODE, 1),
                change(1, 2, ConfChange.Type.ADD_NODE, 2),
                normal(1, 3),
                normal(1, 4));
        LogStart start = LogStart.alone(content, 0);
        try (Wal wal = Wal.open(options, content)) {
            wal.append(start.bootstrap(), start.state());
        }
        WalContent after = Wal.read(options.folder()).orElseThrow();
        assertThat(after.entries()).isEqualTo(start.entries());
        assertThat(after.state()).isEqualTo(start.state());
    }
}
