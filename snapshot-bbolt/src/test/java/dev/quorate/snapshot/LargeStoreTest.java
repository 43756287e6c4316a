/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.snapshot.SnapshotFile;
import dev.quorate.api.snapshot.SnapshotImage;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many small rows, which are made when asked for, so that nothing but the format needs memory.
 * {@code -Dquorate.snapshot.rows=20000000 -DargLine=-Xmx24m} shows that it needs little.
 */
class LargeStoreTest {
    private static final long ROWS = Long.getLong("quorate.snapshot.rows", 200_000);
    private static final int VALUE_BYTES = 100;

    @TempDir
    Path folder;

    @Test
    void passesThroughLittleMemory() throws IOException {
        Path file = folder.resolve("snapshot");
        List<Bucket> buckets = List.of(new Bucket("key", 1), new Bucket("meta", 2));
        SnapshotImage image = new BboltFormat().image(new Numbers(), buckets);
        Contents.save(image, file);

        assertThat(Files.size(file)).isEqualTo(image.sizeBytes() + 32);
        try (SnapshotFile opened = new BboltFormat().open(file)) {
            assertThat(opened.hashMatches()).isTrue();
            for (Bucket bucket : buckets) {
                try (StorageReader.Cursor read = opened.scan(bucket.name())) {
                    StorageReader.Cursor expected = new NumberCursor();
                    while (expected.next()) {
                        boolean found = read.next();
                        if (!found
                                || !read.key().equals(expected.key())
                                || !read.value().equals(expected.value())) {
                            throw new AssertionError("row " + expected.key() + " of " + bucket.name());
                        }
                    }
                    assertThat(read.next()).isFalse();
                }
            }
        }
    }

    /** A state of numbered rows. */
    private static final class Numbers implements StorageReader {
        @Override
        public @Nullable Bytes get(Bucket bucket, Bytes key) {
            throw new UnsupportedOperationException("only scanned");
        }

        @Override
        public int read(Bucket bucket, byte[] key, int keyOffset, int keyLength, byte[] into, int intoOffset) {
            throw new UnsupportedOperationException("only scanned");
        }

        @Override
        public Cursor scan(Bucket bucket, Bytes from, @Nullable Bytes to, boolean reverse) {
            return new NumberCursor();
        }
    }

    private static final class NumberCursor implements StorageReader.Cursor {
        private long row = -1;

        @Override
        public boolean next() {
            row++;
            return row < ROWS;
        }

        @Override
        public Bytes key() {
            byte[] key = new byte[17];
            Layout.writeLong(key, 0, Long.reverseBytes(row));
            key[8] = '_';
            return Bytes.wrap(key);
        }

        @Override
        public Bytes value() {
            byte[] value = new byte[VALUE_BYTES];
            Arrays.fill(value, (byte) row);
            return Bytes.wrap(value);
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
