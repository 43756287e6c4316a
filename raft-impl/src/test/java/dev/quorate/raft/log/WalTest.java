/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log on a real disk. */
class WalTest {
    private static final int SEGMENT_BYTES = 64 << 10;

    @TempDir
    Path folder;

    private Path files;

    @BeforeEach
    void makeFolders() throws IOException {
        files = Files.createDirectory(folder.resolve("wal"));
        Files.createDirectory(folder.resolve("snap"));
    }

    private WalOptions options() {
        return new WalOptions(
                files,
                folder.resolve("snap"),
                SEGMENT_BYTES,
                2,
                2,
                true,
                () -> Bytes.EMPTY,
                () -> 0,
                Wal.Observer.NONE);
    }

    private Wal reopen() {
        return Wal.open(options(), Wal.read(files).orElseThrow());
    }

    private static List<Entry> entries(long first, int count) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(new Entry(2, first + i, EntryType.NORMAL, Bytes.wrap(new byte[] {1, 2, (byte) i})));
        }
        return entries;
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> list = Files.list(files)) {
            return list.filter(file -> file.toString().endsWith(".wal"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void comesBackWithIdsEntriesAndState() {
        try (Wal wal = Wal.create(options(), 7, 8)) {
            wal.append(entries(1, 10), new HardState(2, 7, 9));
        }
        WalContent content = Wal.read(files).orElseThrow();
        assertThat(content.memberId()).isEqualTo(7);
        assertThat(content.clusterId()).isEqualTo(8);
        assertThat(content.entries()).isEqualTo(entries(1, 10));
        assertThat(content.state()).isEqualTo(new HardState(2, 7, 9));
        assertThat(content.snapshot()).isEqualTo(SnapshotMark.NONE);
    }

    @Test
    void goesOnInTheSameFileAfterARestart() throws IOException {
        try (Wal wal = Wal.create(options(), 7, 8)) {
            wal.append(entries(1, 10), new HardState(2, 7, 9));
        }
        try (Wal wal = reopen()) {
            wal.append(entries(11, 5), new HardState(3, 7, 15));
        }
        assertThat(segments()).hasSize(1);
        assertThat(Wal.read(files).orElseThrow().entries()).isEqualTo(entriesOf(15));
    }

    private static List<Entry> entriesOf(int count) {
        List<Entry> all = new ArrayList<>(entries(1, 10));
        all.addAll(entries(11, count - 10));
        return all;
    }

    @Test
    void replacesASuffixThatWasNeverCommitted() {
        try (Wal wal = Wal.create(options(), 7, 8)) {
            wal.append(entries(1, 10), new HardState(2, 7, 5));
            wal.append(List.of(new Entry(3, 6, EntryType.NORMAL, Bytes.utf8("new"))), new HardState(3, 7, 5));
        }
        WalContent content = Wal.read(files).orElseThrow();
        assertThat(content.lastIndex()).isEqualTo(6);
        assertThat(content.entries().get(5).data()).isEqualTo(Bytes.utf8("new"));
    }

    /** Wherever a write is cut off, a member that finds a change of the configuration knows that the last one holds. */
    @Test
    void knowsOfEachChangeWithTheNextOne() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (int index = 2; index <= 6; index++) {
            EntryType type = index % 2 == 0 ? EntryType.CONF_CHANGE : EntryType.NORMAL;
            entries.add(new Entry(2, index, type, Bytes.wrap(new byte[600])));
        }
        try (Wal wal = Wal.create(options(), 7, 8)) {
            wal.append(entries(1, 1), new HardState(2, 7, 0));
            wal.append(entries, new HardState(2, 7, 4));
        }
        Path file = segments().get(0);
        byte[] whole = Files.readAllBytes(file);
        Set<Long> ends = new TreeSet<>();
        for (int kept = 2 * LogFiles.ALIGNMENT; kept < 4 * LogFiles.ALIGNMENT; kept += 512) {
            Files.write(file, Arrays.copyOf(Arrays.copyOf(whole, kept), whole.length));
            WalContent content = Wal.read(files).orElseThrow();
            ends.add(content.lastIndex());
            long lastChange = content.lastIndex() / 2 * 2;
            assertThat(content.state().commit())
                    .as("commit index in a log that ends at %d", content.lastIndex())
                    .isBetween(Math.min(4, lastChange - 1), content.lastIndex());
        }
        assertThat(ends).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void refusesDamageInTheMiddleAndNamesThePlace() throws IOException {
        try (Wal wal = Wal.create(options(), 7, 8)) {
            wal.append(entries(1, 3), new HardState(2, 7, 2));
            wal.append(entries(4, 3), new HardState(2, 7, 5));
        }
        Path file = segments().get(0);
        byte[] data = Files.readAllBytes(file);
        data[LogFiles.ALIGNMENT + 20] ^= 1; // in the first entry of the first batch behind the head
        Files.write(file, data);
        assertThatThrownBy(this::reopen)
                .isInstanceOf(WalDamagedException.class)
                .hasMessageContaining(String.valueOf(file.getFileName()))
                .hasMessageContaining("offset 4096");
        assertThat(Files.readAllBytes(file)).isEqualTo(data);
    }

    @Test
    void refusesZeroesWhereAnAcknowledgedBatchWas() throws IOException {
        try (Wal wal = Wal.create(options(), 7, 8)) {
            wal.append(entries(1, 3), new HardState(2, 7, 2));
            wal.append(entries(4, 3), new HardState(2, 7, 5));
        }
        Path file = segments().get(0);
        byte[] data = Files.readAllBytes(file);
        Arrays.fill(data, LogFiles.ALIGNMENT, 2 * LogFiles.ALIGNMENT, (byte) 0);
        Files.write(file, data);
        assertThatThrownBy(this::reopen).isInstanceOf(WalDamagedException.class);
    }

    @Test
    void cutsOldFilesOnlyBehindASnapshot() throws IOException {
        try (Wal wal = Wal.create(options(), 7, 8)) {
            long next = 1;
            while (segments().size() < 6) {
                wal.append(entries(next, 20), new HardState(2, 7, next));
                next += 20;
            }
            wal.release(0);
            assertThat(segments()).hasSize(6);
            wal.snapshot(new SnapshotMark(next - 5, 2, ConfState.of(List.of(7L), List.of())));
            wal.release(next - 5);
            assertThat(segments()).hasSize(2);
            WalContent content = Wal.read(files).orElseThrow();
            assertThat(content.snapshot().index()).isEqualTo(next - 5);
            assertThat(content.snapshot().confState().voters()).containsExactly(7L);
            assertThat(content.lastIndex()).isEqualTo(next - 1);
        }
    }

    /** Writes until there are so many files; returns the last index. */
    private long fill(Wal wal, int count) throws IOException {
        long next = 1;
        while (segments().size() < count) {
            wal.append(entries(next, 20), new HardState(2, 7, next));
            next += 20;
        }
        return next - 1;
    }

    @Test
    void beginsToReadAtTheFileOfTheLastSnapshot() throws IOException {
        long last;
        try (Wal wal = Wal.create(options(), 7, 8)) {
            last = fill(wal, 6);
            wal.snapshot(new SnapshotMark(last - 3, 2, ConfState.of(List.of(7L), List.of())));
        }
        List<Path> before = segments();
        Files.write(before.get(0), new byte[] {1, 2, 3});
        Files.delete(before.get(1));
        WalContent content = Wal.read(files).orElseThrow();
        assertThat(content.snapshot().index()).isEqualTo(last - 3);
        assertThat(content.state().commit()).isEqualTo(last - 3);
        assertThat(content.entries()).extracting(Entry::index).containsExactly(last - 2, last - 1, last);
    }

    @Test
    void refusesAMissingOrDamagedFileBehindTheSnapshot() throws IOException {
        try (Wal wal = Wal.create(options(), 7, 8)) {
            fill(wal, 6);
        }
        Path third = segments().get(2);
        byte[] whole = Files.readAllBytes(third);
        byte[] data = whole.clone();
        data[data.length - 20_000] ^= 1;
        Files.write(third, data);
        assertThatThrownBy(() -> Wal.read(files))
                .isInstanceOf(WalDamagedException.class)
                .hasMessageContaining(third.getFileName() + ", offset ");
        Files.delete(third);
        assertThatThrownBy(() -> Wal.read(files))
                .isInstanceOf(WalDamagedException.class)
                .hasMessageContaining("file before it is missing");
    }

    @Test
    void refusesAFileOfAnotherLog() throws IOException {
        try (Wal wal = Wal.create(options(), 7, 8)) {
            fill(wal, 3);
        }
        byte[] foreign = Files.readAllBytes(segments().get(1));
        for (Path file : segments()) {
            Files.delete(file);
        }
        try (Wal wal = Wal.create(options(), 7, 8)) {
            wal.append(List.of(new Entry(1, 1, EntryType.NORMAL, Bytes.utf8("other"))), new HardState(1, 7, 0));
            fill(wal, 3);
        }
        Files.write(segments().get(1), foreign);
        assertThatThrownBy(() -> Wal.read(files))
                .isInstanceOf(WalDamagedException.class)
                .hasMessageContaining("the sum so far");
    }

    @Test
    void keepsTheNewestSnapshotFiles() throws IOException {
        try (Wal wal = Wal.create(options(), 7, 8)) {
            wal.append(entries(1, 10), new HardState(2, 7, 10));
            for (long index = 5; index <= 9; index++) {
                wal.snapshot(new SnapshotMark(index, 2, ConfState.of(List.of(7L), List.of())));
                wal.release(index);
            }
        }
        try (Stream<Path> list = Files.list(folder.resolve("snap"))) {
            assertThat(list.map(file -> String.valueOf(file.getFileName())))
                    .containsExactlyInAnyOrder(
                            "0000000000000002-0000000000000008.snap", "0000000000000002-0000000000000009.snap");
        }
    }

    private static final ConfState THREE = ConfState.of(List.of(7L, 8L, 9L), List.of());

    private static Snapshot snapshot(long index, long term) {
        return new Snapshot(new SnapshotMark(index, term, THREE), Bytes.utf8("members"));
    }

    @Test
    void goesOnBehindTheSnapshotOfAnotherMember() throws IOException {
        try (Wal wal = Wal.create(options(), 7, 8)) {
            wal.append(entries(1, 10), new HardState(2, 7, 9));
            wal.install(snapshot(90, 4));
            assertThat(Wal.read(files).orElseThrow().state()).isEqualTo(new HardState(4, 0, 90));
            wal.append(List.of(), new HardState(5, 8, 90));
        }
        WalContent content = Wal.read(files).orElseThrow();
        assertThat(content.snapshot()).isEqualTo(snapshot(90, 4).mark());
        assertThat(content.entries()).isEmpty();
        assertThat(content.lastIndex()).isEqualTo(90);
        assertThat(content.state()).isEqualTo(new HardState(5, 8, 90));
        assertThat(Files.readAllBytes(folder.resolve("snap").resolve("0000000000000004-000000000000005a.snap")))
                .asString(StandardCharsets.ISO_8859_1)
                .contains("members");
        try (Wal wal = reopen()) {
            wal.append(entries(91, 3), new HardState(5, 8, 92));
        }
        content = Wal.read(files).orElseThrow();
        assertThat(content.snapshot().index()).isEqualTo(90);
        assertThat(content.entries()).extracting(Entry::index).containsExactly(91L, 92L, 93L);
    }

    @Test
    void forgetsEntriesThatTheSnapshotOfAnotherMemberMakesVoid() {
        try (Wal wal = Wal.create(options(), 7, 8)) {
            wal.append(entries(1, 10), new HardState(2, 7, 5));
            wal.install(snapshot(7, 3));
        }
        assertThat(Wal.read(files).orElseThrow().lastIndex()).isEqualTo(7);
        try (Wal wal = reopen()) {
            wal.append(entries(8, 1), new HardState(3, 7, 7));
        }
        assertThat(Wal.read(files).orElseThrow().entries()).isEqualTo(entries(8, 1));
    }

    @Test
    void keepsEntriesBehindItsOwnSnapshot() {
        try (Wal wal = Wal.create(options(), 7, 8)) {
            wal.append(entries(1, 10), new HardState(2, 7, 10));
            wal.snapshot(new SnapshotMark(7, 2, THREE));
        }
        assertThat(Wal.read(files).orElseThrow().entries())
                .extracting(Entry::index)
                .containsExactly(8L, 9L, 10L);
    }

    @Test
    void namesAndCutsFilesBehindTheSnapshotOfAnotherMember() throws IOException {
        try (Wal wal = Wal.create(options(), 7, 8)) {
            long last = fill(wal, 4);
            wal.install(snapshot(0x10000, 4));
            wal.release(0x10000);
            assertThat(segments())
                    .as("the file that the snapshot is noted in stays")
                    .hasSize(2);
            long next = 0x10001;
            String ending;
            do {
                wal.append(entries(next, 20), new HardState(4, 7, next));
                next += 20;
                List<Path> now = segments();
                ending = String.valueOf(now.get(now.size() - 1).getFileName()).substring(17);
            } while (ending.compareTo("0000000000010000") < 0);
            assertThat(ending).isEqualTo(String.format(Locale.ROOT, "%016x.wal", next));
            wal.release(0x10000);
            assertThat(last).isLessThan(0x10000);
            WalContent content = Wal.read(files).orElseThrow();
            assertThat(content.snapshot().index()).isEqualTo(0x10000);
            assertThat(content.entries().get(0).index()).isEqualTo(0x10001);
            assertThat(content.lastIndex()).isEqualTo(next - 1);
        }
    }

    @Test
    void takesASnapshotThatWasNotedButNeverCommittedForNothing() {
        WalEntries log = new WalEntries(SnapshotMark.NONE);
        entries(1, 10).forEach(entry -> log.add(entry, "file"));
        log.note(snapshot(90, 4).mark());
        entries(11, 2).forEach(entry -> log.add(entry, "file"));
        assertThat(log.behind()).hasSize(12);
        assertThatThrownBy(() -> log.add(entries(90, 1).get(0), "file"))
                .isInstanceOf(WalDamagedException.class)
                .hasMessageContaining("entry 90 follows entry 12");
    }
}
