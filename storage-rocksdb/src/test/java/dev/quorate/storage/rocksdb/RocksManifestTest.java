/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageException;
import dev.quorate.api.storage.WriteBatch;
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

/** What RocksDB must not be given: it would read some damaged manifests for ever. */
final class RocksManifestTest {
    private static final Bucket BUCKET = new Bucket("rows", 3);

    @TempDir
    private Path directory;

    private Path manifest;
    private byte[] whole;
    private List<Integer> records;

    @BeforeEach
    void writeSomeTables() throws IOException {
        try (StorageEngine engine = open()) {
            for (int i = 1; i <= 3; i++) {
                engine.write(new WriteBatch().put(BUCKET, Bytes.utf8("key" + i), Bytes.utf8("value")), i);
                engine.flush();
            }
        }
        try (Stream<Path> files = Files.list(directory)) {
            manifest = files.filter(file -> file.getFileName().toString().startsWith("MANIFEST-"))
                    .findAny()
                    .orElseThrow();
        }
        whole = Files.readAllBytes(manifest);
        records = new ArrayList<>();
        for (int at = 0; at < whole.length; at += 7 + (whole[at + 4] & 0xff) + ((whole[at + 5] & 0xff) << 8)) {
            records.add(at);
        }
        assertThat(records).hasSizeGreaterThan(3);
    }

    private StorageEngine open() {
        return new RocksEngineProvider().open(directory, List.of(BUCKET));
    }

    @Test
    void refusesEachChangedBitInATypeOfARecord() throws IOException {
        for (int record : records) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = whole.clone();
                changed[record + 6] ^= (byte) (1 << bit);
                int last = records.get(records.size() - 1);
                boolean torn = record == last && changed[record + 6] > 0 && changed[record + 6] <= 4;
                assertThat(Manifest.damagedAt(changed))
                        .as("bit %d of the record at %d", bit, record)
                        .isEqualTo(torn ? -1 : record);
                Files.write(manifest, changed);
                if (!torn) {
                    assertThatThrownBy(this::open)
                            .isInstanceOf(StorageException.class)
                            .hasMessageContaining(manifest.getFileName() + " is damaged at byte " + record);
                }
            }
        }
    }

    @Test
    void refusesAChangedByteBeforeTheLastRecord() {
        int last = records.get(records.size() - 1);
        for (int i = 0; i < last; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 16;
            boolean length = records.contains(i - 4) || records.contains(i - 5);
            if (!length) { // else the record may seem to end behind the file, as one does that a crash has cut off
                assertThat(Manifest.damagedAt(changed)).as("byte %d", i).isNotNegative();
            }
        }
    }

    @Test
    void leavesToRocksDbWhatACrashMayLeave() throws IOException {
        int last = records.get(records.size() - 1);
        for (int length = last; length < whole.length; length++) {
            assertThat(Manifest.damagedAt(Arrays.copyOf(whole, length))).isEqualTo(-1);
        }
        assertThat(Manifest.damagedAt(Arrays.copyOf(whole, whole.length + 4096)))
                .isEqualTo(-1); // room made beforehand
        Files.write(manifest, Arrays.copyOf(whole, whole.length - 3));
        assertThatCode(() -> open().close()).doesNotThrowAnyException();
    }

    @Test
    void refusesACurrentThatNamesNoManifest() throws IOException {
        Files.writeString(directory.resolve("CURRENT"), "MANIFEST-999999\n");
        assertThatThrownBy(this::open).isInstanceOf(StorageException.class).hasMessageContaining("CURRENT");
    }
}
