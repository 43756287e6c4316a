/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.SnapshotMark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The reader of the log over damaged files. It either refuses them by {@link WalDamagedException}, or what it returns
 * is true: every entry as written, and none missing in front of a batch that is whole.
 */
class WalFuzzTest {
    private static final int SEGMENT_BYTES = 32 << 10;
    private static final int DAMAGES = Integer.getInteger("quorate.fuzz", 3000);

    private static final int DAMAGES_OF_ONE_LOG = 20;

    private final List<Entry> written = new ArrayList<>();
    private final List<Long> batchEnds = new ArrayList<>(); // last index of each batch

    @Test
    void tellsTheTruthOrRefuses() throws IOException {
        long seed = Long.getLong("quorate.fuzz.seed", new Random().nextLong());
        for (int round = 0; round * DAMAGES_OF_ONE_LOG < DAMAGES; round++) {
            Random random = new Random(seed + round);
            try {
                damageOneLog(random);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("-Dquorate.fuzz.seed=" + (seed + round), e);
            }
        }
    }

    private void damageOneLog(Random random) throws IOException {
        CrashingDisk disk = new CrashingDisk(random, true);
        disk.loseAtWrite(Integer.MAX_VALUE);
        long snapshot = write(random, disk);
        List<String> names =
                disk.list().stream().filter(name -> name.endsWith(".wal")).toList();
        for (int i = 0; i < DAMAGES_OF_ONE_LOG; i++) {
            String name = names.get(random.nextInt(names.size()));
            byte[] whole = disk.read(name);
            byte[] data = whole.clone();
            damage(random, data);
            disk.write(name, data);
            check(disk, snapshot, name.equals(names.get(names.size() - 1)));
            disk.write(name, whole);
        }
    }

    private void check(CrashingDisk disk, long snapshot, boolean lastFile) throws IOException {
        WalContent content;
        try {
            content = WalScan.read(disk).orElseThrow();
        } catch (WalDamagedException e) {
            assertThat(e.getMessage()).contains(".wal, offset ");
            return;
        }
        long from = content.snapshot().index();
        assertThat(from).isIn(0L, snapshot);
        assertThat(content.entries()).isEqualTo(written.subList((int) from, (int) content.lastIndex()));
        if (content.lastIndex() < written.size()) {
            assertThat(lastFile).isTrue();
            assertThat(content.lastIndex())
                    .isGreaterThanOrEqualTo(batchEnds.size() < 2 ? 0 : batchEnds.get(batchEnds.size() - 2));
        }
    }

    /** Changes some bytes, never so many that two batches are hit. */
    private static void damage(Random random, byte[] data) {
        int at = random.nextInt(data.length);
        switch (random.nextInt(4)) {
            case 0 -> data[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> data[at] = (byte) random.nextInt(256);
            case 2 -> {
                at -= at % 512; // a sector that was lost
                Arrays.fill(data, at, Math.min(at + 512, data.length), (byte) 0);
            }
            default -> {
                int room = Math.min(data.length - at, LogFiles.ALIGNMENT - at % LogFiles.ALIGNMENT);
                byte[] garbage = new byte[Math.min(1 + random.nextInt(64), room)];
                random.nextBytes(garbage);
                System.arraycopy(garbage, 0, data, at, garbage.length);
            }
        }
    }

    /** Writes a log; returns the index of its snapshot. */
    private long write(Random random, CrashingDisk disk) {
        written.clear();
        batchEnds.clear();
        WalOptions options = new WalOptions(
                Path.of("wal"), Path.of("snap"), SEGMENT_BYTES, 0, 0, true, () -> Bytes.EMPTY, () -> 0, (b, n) -> {});
        long snapshot = 0;
        CrashingDisk snapshots = new CrashingDisk(random, true);
        snapshots.loseAtWrite(Integer.MAX_VALUE);
        try (Wal wal = Wal.create(options, disk, snapshots, 1, 2)) {
            for (int batch = 1 + random.nextInt(20); batch > 0; batch--) {
                List<Entry> entries = new ArrayList<>();
                for (int i = random.nextInt(5); i >= 0; i--) {
                    byte[] value = new byte[random.nextInt(6) == 0 ? random.nextInt(9000) : random.nextInt(200)];
                    if (random.nextBoolean()) {
                        random.nextBytes(value);
                    }
                    entries.add(
                            new Entry(1, written.size() + entries.size() + 1L, EntryType.NORMAL, Bytes.wrap(value)));
                }
                wal.append(entries, new HardState(1, 1, written.size()));
                written.addAll(entries);
                batchEnds.add((long) written.size());
                if (snapshot == 0 && random.nextInt(12) == 0) {
                    snapshot = written.size();
                    wal.snapshot(new SnapshotMark(snapshot, 1, ConfState.of(List.of(1L), List.of())));
                }
            }
        }
        return snapshot;
    }
}
