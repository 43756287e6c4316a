/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
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

    /** What a log must hold: the snapshot that it begins with, and the entries behind that one. */
    private record Model(SnapshotMark base, List<Entry> entries) {
        long lastIndex() {
            return base.index() + entries.size();
        }

        Model and(List<Entry> more) {
            List<Entry> all = new ArrayList<>(entries);
            all.addAll(more);
            return new Model(base, all);
        }

        /** The same log, as it is read when it begins at its own snapshot. */
        Model since(SnapshotMark mark) {
            int known = (int) (mark.index() - base.index());
            return known == 0 ? this : new Model(mark, entries.subList(known, entries.size()));
        }

        SnapshotMark markAt(long index) {
            int known = (int) (index - base.index());
            return known == 0
                    ? base
                    : new SnapshotMark(index, entries.get(known - 1).term(), VOTERS);
        }

        /** Tells whether this is what was found, as far as it is known which snapshot that begins with. */
        boolean is(WalContent found) {
            return found.snapshot().index() >= base.index()
                    && found.snapshot().index() <= lastIndex()
                    && found.entries().equals(since(found.snapshot()).entries())
                    && (found.snapshot().index() > base.index()
                            || found.snapshot().equals(base));
        }
    }

    private static final ConfState VOTERS = ConfState.of(List.of(1L), List.of());

    /** One life of a log with several crashes; returns their number. */
    private static int run(long seed, boolean honest) {
        Random random = new Random(seed);
        CrashingDisk disk = new CrashingDisk(random, honest);
        CrashingDisk snapshots = new CrashingDisk(random, true);
        disk.loseAtWrite(Integer.MAX_VALUE);
        snapshots.loseAtWrite(Integer.MAX_VALUE);
        Wal wal = Wal.create(options(), disk, snapshots, 1, 2);
        Model acknowledged = new Model(SnapshotMark.NONE, List.of());
        int term = 0;
        long snapshot = 0; // noted, of this member or of another one
        int crashes = 0;
        for (int life = 0; life < 10; life++) {
            disk.loseAtWrite(1 + random.nextInt(25));
            term++;
            List<Model> allowed = List.of(); // what may be found after the crash
            long snapshotUnderWay = snapshot;
            try {
                while (true) {
                    Model before = acknowledged;
                    List<Entry> batch = batch(random, (int) before.lastIndex(), term);
                    allowed = IntStream.rangeClosed(0, batch.size())
                            .mapToObj(count -> before.and(batch.subList(0, count)))
                            .toList();
                    wal.append(batch, new HardState(term, 1, snapshot));
                    acknowledged = before.and(batch);
                    allowed = List.of(acknowledged);
                    if (random.nextInt(8) == 0) {
                        snapshotUnderWay = Math.max(snapshot, acknowledged.lastIndex() - random.nextInt(3));
                        wal.snapshot(acknowledged.markAt(snapshotUnderWay));
                        snapshot = snapshotUnderWay;
                        wal.release(snapshot);
                    } else if (random.nextInt(12) == 0) {
                        // Beyond the last entry, or over entries of another term that were never committed.
                        snapshotUnderWay =
                                snapshot + 1 + random.nextInt(2 * (int) (acknowledged.lastIndex() - snapshot + 1));
                        SnapshotMark mark = new SnapshotMark(snapshotUnderWay, ++term, VOTERS);
                        Model installed = new Model(mark, List.of());
                        allowed = List.of(acknowledged, installed);
                        wal.install(new Snapshot(mark, Bytes.EMPTY));
                        acknowledged = installed;
                        allowed = List.of(acknowledged);
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
            acknowledged = allowed.stream()
                    .filter(model -> model.is(found))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(
                            where + ": found a log from " + found.snapshot().index() + " to " + found.lastIndex()));
            assertThat(found.state().commit()).as(where).isGreaterThanOrEqualTo(snapshot);
            assertThat(snapshot == 0 || snapshots.list().contains(SnapFile.name(found.snapshot())))
                    .as("%s: .snap file of %s", where, snapshot)
                    .isTrue();
            wal = Wal.open(options(), disk, snapshots, found); // what was there after a start stays there
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
