/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageReader;
import dev.quorate.api.storage.StorageReader.Cursor;
import dev.quorate.api.storage.StorageSnapshot;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.api.storage.memory.MapStorageEngine;
import dev.quorate.raft.simulation.Crash;
import dev.quorate.raft.simulation.SimulatedProcess;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.SnapshotMark;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.ConfStateRecord;
import dev.quorate.schema.RevisionKeys;
import dev.quorate.server.app.ReceivedSnapshots;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process is killed at each step by which the state of another member is put in place, and storage keeps any part
 * of what was not flushed: then it holds the old state, the new one, or says that it holds none; and the next process
 * comes up with the new one.
 */
class InstallCrashTest {
    private static final RowFiles FORMAT = new RowFiles();
    private static final int ROWS = 6;
    private static final int VALUE_BYTES = 300_000; // so it takes several batches
    private static final long OLD = 5;
    private static final long NEW = 9;
    private static final SnapshotMark MARK = new SnapshotMark(NEW, 2, ConfState.of(List.of(1L), List.of()));

    /** A process that does nothing but to install. */
    private static final class Installer extends SimulatedProcess {
        Installer(int crashIn) {
            super(1);
            crashIn(crashIn);
        }

        @Override
        public void block() {
            if (crashesNow()) {
                die();
            }
        }

        @Override
        public void crash() {
            die();
        }

        @Override
        public boolean failsNow() {
            return false;
        }

        @Override
        public boolean refuses(long sender) {
            return false;
        }

        @Override
        public void touched() {}
    }

    private static WriteBatch state(long index, int first, String fill) {
        WriteBatch batch = new WriteBatch();
        for (int i = first; i < first + ROWS; i++) {
            batch.put(Buckets.KEY, RevisionKeys.of(2L + i, 0), Bytes.utf8(fill.repeat(VALUE_BYTES)));
        }
        return batch.put(Buckets.META, Buckets.CONSISTENT_INDEX, Buckets.longBytes(index))
                .put(Buckets.META, Buckets.TERM, Buckets.longBytes(2))
                .put(
                        Buckets.META,
                        Buckets.CONF_STATE,
                        new ConfStateRecord(List.of(1L), List.of(), List.of(), List.of(), false).encode());
    }

    private static Map<String, Bytes> content(StorageReader rows) {
        Map<String, Bytes> content = new TreeMap<>();
        for (Bucket bucket : Buckets.ALL) {
            try (Cursor cursor = rows.scan(bucket, Bytes.EMPTY, null, false)) {
                while (cursor.next()) {
                    content.put(bucket.name() + " " + cursor.key(), cursor.value());
                }
            }
        }
        return content;
    }

    @Test
    void comesUpWithOneStateOrTheOther(@TempDir Path folder) throws IOException {
        MapStorageEngine sender = new MapStorageEngine(Buckets.ALL);
        sender.write(state(NEW, 3, "n"), NEW);
        Map<String, Bytes> wanted = content(sender);
        boolean crashed = true;
        for (int step = 1; crashed; step++) {
            int keeps = 0;
            do {
                send(sender, folder);
                SimulatedStorage storage = new SimulatedStorage();
                storage.add(state(OLD, 0, "o"), OLD);
                storage.flush(1);
                Map<String, Bytes> old = content(storage.open());
                crashed = install(folder, new Installer(step), storage);
                int waiting = storage.waiting();
                int kept = keeps;
                storage.crash(bound -> kept);
                Map<String, Bytes> found = content(storage.open());
                if (found.containsKey("meta " + Buckets.CONSISTENT_INDEX)) {
                    assertThat(found.equals(old) || found.equals(wanted))
                            .as("killed at step %d, %d batches kept", step, kept)
                            .isTrue();
                }
                assertThat(install(folder, new Installer(0), storage)).isFalse();
                assertThat(content(storage.open()).equals(wanted))
                        .as("killed at step %d, %d batches kept", step, kept)
                        .isTrue();
                keeps = kept < waiting ? kept + 1 : 0;
            } while (keeps > 0);
        }
    }

    private static void send(MapStorageEngine sender, Path folder) throws IOException {
        try (StorageSnapshot rows = sender.snapshot();
                InputStream content = FORMAT.image(rows, Buckets.ALL).content()) {
            Files.write(folder.resolve(String.format(Locale.ROOT, "%016x.snap.db", NEW)), content.readAllBytes());
        }
    }

    /** Returns true if the process dies of it. */
    private static boolean install(Path folder, Installer process, SimulatedStorage storage) {
        try {
            ReceivedSnapshots.in(folder, FORMAT).recover(new SimulatedEngine(process, storage), MARK);
            return false;
        } catch (Crash e) {
            return true;
        }
    }
}
