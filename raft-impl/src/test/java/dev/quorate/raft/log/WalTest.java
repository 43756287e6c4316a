/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.SnapshotMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
        try (Wal wal = Wal.open(options())) {
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
        assertThatThrownBy(() -> Wal.open(options()))
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
        assertThatThrownBy(() -> Wal.open(options())).isInstanceOf(WalDamagedException.class);
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
}
