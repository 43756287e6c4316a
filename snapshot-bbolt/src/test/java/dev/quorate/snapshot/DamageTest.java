/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.snapshot.SnapshotException;
import dev.quorate.api.snapshot.SnapshotFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files: every one is refused with the place, or its damage lies in what nobody reads. */
class DamageTest {
    private static final int PAGE = 4096;

    @TempDir
    Path folder;

    private byte[] bytes = new byte[0];

    /** Page 2 is the free list, 3 to 6 are leaves of bucket key, 7 is their branch, 8 the root. */
    @BeforeEach
    void makeFile() throws IOException {
        Contents contents = Contents.empty();
        for (int i = 0; i < 4; i++) {
            contents.with("key", Bytes.utf8("row " + i), Bytes.wrap(new byte[3000]));
        }
        bytes = contents.file();
        assertThat(bytes).hasSize(9 * PAGE);
        assertThat(Layout.readShort(bytes, 7 * PAGE + 8)).isEqualTo(Layout.BRANCH);
    }

    private void refuses(String message) throws IOException {
        Path file = folder.resolve("snapshot");
        Files.write(file, bytes);
        assertThatThrownBy(() -> Contents.read(file))
                .isInstanceOf(SnapshotException.class)
                .hasMessageContaining(message);
    }

    @Test
    void tellsPageAndOffset() throws IOException {
        bytes[4 * PAGE + Layout.FLAGS_AT] = 0x40;

        refuses("snapshot is damaged: page 4 at offset 16384: is neither leaf nor branch: flags 0x40");
    }

    @Test
    void refusesPagesUnderAnotherNumber() throws IOException {
        Layout.writeLong(bytes, 5 * PAGE, 4);

        refuses("page 5 at offset 20480: says that it is page 4");
    }

    @Test
    void refusesPagesUsedTwice() throws IOException {
        Layout.writeLong(bytes, 7 * PAGE + 32 + 8, 3); // the second child is the first one again

        refuses("page 3 at offset 12288: is used twice");
    }

    @Test
    void refusesCirclesOfBranches() throws IOException {
        Layout.writeLong(bytes, 7 * PAGE + 16 + 8, 7);

        refuses("page 7 at offset 28672: is used twice");
    }

    @Test
    void refusesPagesThatAreNotThere() throws IOException {
        Layout.writeLong(bytes, 7 * PAGE + 16 + 8, 9);
        refuses("page 7 at offset 28672: leads to page 9 of 9");
        Layout.writeLong(bytes, 7 * PAGE + 16 + 8, -1);
        refuses("leads to page 18446744073709551615 of 9");
        Layout.writeLong(bytes, 7 * PAGE + 16 + 8, 1);
        refuses("leads to page 1 of 9");
    }

    @Test
    void refusesKeysOutOfOrder() throws IOException {
        bytes[4 * PAGE + 32 + 4] = '0'; // "row 1" becomes "row 0", less than what the branch says

        refuses("page 4 at offset 16384: the key of element 0 is out of order");
    }

    @Test
    void refusesFalseSizes() throws IOException {
        Layout.writeInt(bytes, 4 * PAGE + 16 + 12, 5000);
        refuses("page 4 at offset 16384: element 0 ends at 5037, and the page at 4096");
        Layout.writeInt(bytes, 4 * PAGE + 16 + 12, -1);
        refuses("element 0 ends at");
    }

    @Test
    void refusesFalseOverflow() throws IOException {
        Layout.writeInt(bytes, 4 * PAGE + Layout.OVERFLOW_AT, 2);
        refuses("page 4 at offset 16384: goes on over 2 pages for 3037 bytes");
        Layout.writeInt(bytes, 4 * PAGE + Layout.OVERFLOW_AT, -1);
        refuses("goes on over 4294967295 pages, beyond the last one, 8");
    }

    @Test
    void refusesPagesThatNothingLeadsTo() throws IOException {
        Layout.writeShort(bytes, 7 * PAGE + Layout.COUNT_AT, 3);
        Layout.writeInt(bytes, 7 * PAGE + 16, 48); // the keys come behind three elements now
        System.arraycopy(bytes, 7 * PAGE + 16 + 64, bytes, 7 * PAGE + 16 + 48, 15);
        Layout.writeInt(bytes, 7 * PAGE + 32, 48 - 16 + 5);
        Layout.writeInt(bytes, 7 * PAGE + 48, 48 - 32 + 10);

        refuses("page 6 at offset 24576: is neither used nor free");
    }

    @Test
    void refusesFreePagesInUse() throws IOException {
        Layout.writeShort(bytes, 2 * PAGE + Layout.COUNT_AT, 1);
        Layout.writeLong(bytes, 2 * PAGE + 16, 5);

        refuses("page 5 at offset 20480: is used twice");
    }

    /**
     * Flips bits anywhere. With the hash looked at, what is taken is what was written. Without it, whatever comes out
     * comes out as rows in order or as our own error, and costs no more than the file is large.
     */
    @Test
    void survivesFlippedBits() throws IOException {
        Path file = folder.resolve("snapshot");
        for (int i = 0; i < 40; i++) {
            long seed = 40_000L + i;
            Random random = new Random(seed);
            Contents contents = i % 20 == 0 ? Contents.random(random) : small(random);
            Contents.save(contents.image(), file);
            byte[] whole = Files.readAllBytes(file);
            for (int round = 0; round < (whole.length < 200_000 ? 100 : 5); round++) {
                byte[] damaged = whole.clone();
                flip(damaged, random);
                Files.write(file, damaged);
                readDamaged(file, contents, seed);
            }
        }
    }

    private static void readDamaged(Path file, Contents contents, long seed) {
        try (SnapshotFile opened = new BboltFormat().open(file)) {
            Contents read = Contents.of(opened);
            if (opened.hasHash() && opened.hashMatches()) {
                assertThat(read.rows).as("seed %d", seed).isEqualTo(contents.rows);
            }
        } catch (SnapshotException expected) {
            assertThat(expected.getMessage()).as("seed %d", seed).startsWith("snapshot " + file);
        } catch (RuntimeException | OutOfMemoryError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static Contents small(Random random) {
        Contents contents = Contents.empty();
        int count = 1 << random.nextInt(7);
        for (int i = 0; i < count; i++) {
            contents.with("key", Contents.bytes(random, 17), Contents.bytes(random, random.nextInt(400)));
            contents.with("meta", Contents.bytes(random, 1 + i), Contents.bytes(random, 1 + i));
        }
        return contents.with("lease", Contents.bytes(random, 8), Contents.bytes(random, random.nextInt(10_000)));
    }

    /** Damages what steers the reader more often than what it hands on: the beginnings of pages. */
    private static void flip(byte[] bytes, Random random) {
        for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
            int at = random.nextInt(bytes.length);
            if (random.nextInt(4) != 0) {
                at = at / PAGE * PAGE + random.nextInt(100);
            }
            bytes[Math.min(at, bytes.length - 1)] ^= (byte) (1 << random.nextInt(8));
        }
    }
}
