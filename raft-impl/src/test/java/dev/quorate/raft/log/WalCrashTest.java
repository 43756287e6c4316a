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
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The log over a disk that loses power: what was acknowledged is there, whatever became of the write under way. */
class WalCrashTest {
    private static final int SEGMENT_BYTES = 64 << 10;
    private static final int CRASHES = Integer.getInteger("quorate.crashes", 1000);

    @Test
    void losesNothingThatWasAcknowledged() {
        int crashes = 0;
        for (long seed = 1; crashes < CRASHES; seed++) {
            crashes += run(seed, true);
        }
        assertThat(crashes).isGreaterThanOrEqualTo(CRASHES);
    }

    @Test
    void wouldFindThatTheSyncIsMissing() {
        int found = 0;
        for (long seed = 1; seed <= 20; seed++) {
            try {
                run(seed, false);
            } catch (AssertionError | WalDamagedException e) {
                found++;
            }
        }
        assertThat(found).as("seeds out of 20 in which a loss was found").isGreaterThan(10);
    }

    private static WalOptions options() {
        return new WalOptions(
                Path.of("wal"),
                Path.of("snap"),
                SEGMENT_BYTES,
                2,
                2,
                true,
                () -> Bytes.EMPTY,
                () -> 0,
                Wal.Observer.NONE);
    }

    /** One life of a log with several crashes; returns their number. */
    private static int run(long seed, boolean honest) {
        Random random = new Random(seed);
        CrashingDisk disk = new CrashingDisk(random, honest);
        CrashingDisk snapshots = new CrashingDisk(random, true);
        disk.loseAtWrite(Integer.MAX_VALUE);
        snapshots.loseAtWrite(Integer.MAX_VALUE);
        Wal wal = Wal.create(options(), disk, snapshots, 1, 2);
        List<Entry> acknowledged = new ArrayList<>();
        long snapshot = 0;
        int crashes = 0;
        for (int life = 0; life < 10; life++) {
            disk.loseAtWrite(1 + random.nextInt(25));
            List<Entry> underWay = new ArrayList<>();
            long snapshotUnderWay = snapshot;
            try {
                while (true) {
                    underWay = batch(random, acknowledged.size(), life + 1);
                    wal.append(underWay, new HardState(life + 1L, 1, acknowledged.size()));
                    acknowledged.addAll(underWay);
                    underWay = List.of();
                    if (random.nextInt(8) == 0) {
                        snapshotUnderWay = Math.max(snapshot, (long) acknowledged.size() - random.nextInt(3));
                        wal.snapshot(
                                new SnapshotMark(snapshotUnderWay, life + 1L, ConfState.of(List.of(1L), List.of())));
                        snapshot = snapshotUnderWay;
                        wal.release(snapshot);
                    }
                }
            } catch (UncheckedIOException e) {
                crashes++;
            }
            wal.close(); // ends its thread, which a dead process would not have
            disk.restore();
            WalContent found = readBack(disk, seed);
            String where = "seed " + seed + ", life " + life;
            assertThat(found.snapshot().index()).as(where).isBetween(snapshot, snapshotUnderWay);
            snapshot = found.snapshot().index();
            assertThat(found.lastIndex())
                    .as("%s: last entry", where)
                    .isBetween((long) acknowledged.size(), (long) acknowledged.size() + underWay.size());
            List<Entry> expected = new ArrayList<>(acknowledged);
            expected.addAll(underWay.subList(0, (int) found.lastIndex() - acknowledged.size()));
            assertThat(found.entries()).as(where).isEqualTo(expected.subList((int) snapshot, expected.size()));
            acknowledged = expected; // what was there after a start stays there
            wal = Wal.open(options(), disk, snapshots, found);
        }
        wal.close();
        return crashes;
    }

    private static WalContent readBack(CrashingDisk disk, long seed) {
        try {
            return WalScan.read(disk).orElseThrow(() -> new AssertionError("seed " + seed + ": the log is gone"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Entry> batch(Random random, int lastIndex, int term) {
        List<Entry> entries = new ArrayList<>();
        int count = 1 + random.nextInt(6);
        for (int i = 1; i <= count; i++) {
            byte[] data = new byte[random.nextInt(10) == 0 ? random.nextInt(9000) : random.nextInt(300)];
            if (random.nextInt(4) != 0) {
                random.nextBytes(data); // otherwise zeroes, which look like a torn sector
            }
            entries.add(new Entry(term, lastIndex + i, EntryType.NORMAL, Bytes.wrap(data)));
        }
        return entries;
    }
}
