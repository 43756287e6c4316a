/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.snapshot.SnapshotException;
import dev.quorate.api.snapshot.SnapshotFile;
import dev.quorate.api.snapshot.SnapshotFormat;
import dev.quorate.api.snapshot.SnapshotImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written comes back, and the file is as etcd's tools want it. */
class BboltFormatTest {
    @TempDir
    Path folder;

    private Contents throughFile(Contents contents) throws IOException {
        Path file = folder.resolve("snapshot");
        SnapshotImage image = contents.image();
        Contents.save(image, file);
        assertThat(Files.size(file)).isEqualTo(image.sizeBytes() + 32);
        try (SnapshotFile opened = new BboltFormat().open(file)) {
            assertThat(opened.sizeBytes()).isEqualTo(image.sizeBytes());
            assertThat(opened.hasHash()).isTrue();
            assertThat(opened.hashMatches()).isTrue();
            return Contents.of(opened);
        }
    }

    @Test
    void isFoundByServiceLoader() {
        assertThat(ServiceLoader.load(SnapshotFormat.class)).hasExactlyElementsOfTypes(BboltFormat.class);
    }

    @Test
    void keepsEmptyBuckets() throws IOException {
        Contents read = throughFile(Contents.empty());

        assertThat(read.rows).isEqualTo(Contents.empty().rows);
        assertThat(read.rows.keySet()).containsExactly("alarm", "auth", "cluster", "key", "lease", "members", "meta");
    }

    @Test
    void keepsOneRow() throws IOException {
        Contents contents = Contents.empty().with("key", Bytes.utf8("k"), Bytes.EMPTY);

        assertThat(throughFile(contents).rows).isEqualTo(contents.rows);
    }

    @Test
    void keepsWhatRandomContentsHold() throws IOException {
        for (int i = 0; i < 60; i++) {
            long seed = 7_000L + i;
            Contents contents = Contents.random(new Random(seed));
            assertThat(throughFile(contents).rows).as("seed %d", seed).isEqualTo(contents.rows);
        }
    }

    @Test
    void keepsValuesAroundTheSizeOfPages() throws IOException {
        Random random = new Random(11);
        Contents contents = Contents.empty();
        for (int pages = 1; pages <= 3; pages++) {
            for (int more = -40; more <= 40; more++) {
                contents.with("key", Contents.bytes(random, 8), Contents.bytes(random, 4096 * pages + more));
            }
        }
        contents.with("key", Bytes.utf8("large"), Contents.bytes(random, 20 << 20));

        assertThat(throughFile(contents).rows).isEqualTo(contents.rows);
    }

    /** Keys of 30,000 bytes: a branch of two children is larger than a page, so trees are as high as they get. */
    @Test
    void keepsHighTrees() throws IOException {
        for (int count = 1; count <= 40; count++) {
            Random random = new Random(count);
            Contents contents = Contents.empty();
            for (int i = 0; i < count; i++) {
                contents.with("key", Contents.bytes(random, 30_000 + random.nextInt(2768)), Bytes.EMPTY);
                contents.with("lease", Contents.bytes(random, 1300), Bytes.EMPTY);
            }
            assertThat(throughFile(contents).rows).as("%d rows", count).isEqualTo(contents.rows);
        }
    }

    @Test
    void refusesKeysThatTheFormatCannotHold() {
        Contents contents = Contents.empty().with("auth", Bytes.wrap(new byte[32_769]), Bytes.EMPTY);

        assertThatThrownBy(contents::image)
                .isInstanceOf(SnapshotException.class)
                .hasMessageContaining("32769");
    }

    @Test
    void makesTheSameBytesEachTimeAndInPiecesOfAnySize() throws IOException {
        Random random = new Random(3);
        SnapshotImage image = Contents.random(random).image();
        byte[] whole = image.content().readAllBytes();
        byte[] pieces = new byte[whole.length];
        int at = 0;
        try (InputStream content = image.content()) {
            while (at < pieces.length) {
                at += content.read(pieces, at, Math.min(pieces.length - at, 1 + random.nextInt(5000)));
            }
            assertThat(content.read()).isEqualTo(-1);
        }

        assertThat(whole).hasSize((int) image.sizeBytes());
        assertThat(pieces).isEqualTo(whole);
    }

    @Test
    void tellsAWrongHashAndAMissingOne() throws IOException {
        Path file = folder.resolve("snapshot");
        Contents.save(Contents.random(new Random(5)).image(), file);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 7]++;
        Files.write(file, bytes);
        try (SnapshotFile opened = new BboltFormat().open(file)) {
            assertThat(opened.hasHash()).isTrue();
            assertThat(opened.hashMatches()).isFalse();
        }
        Files.write(file, Contents.empty().file());
        try (SnapshotFile opened = new BboltFormat().open(file)) {
            assertThat(opened.hasHash()).isFalse();
            assertThatThrownBy(opened::hashMatches).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void refusesWhatIsNoSnapshot() throws IOException {
        Path file = folder.resolve("snapshot");
        assertThatThrownBy(() -> Contents.read(file))
                .isInstanceOf(SnapshotException.class)
                .hasMessageContaining(file.toString());
        Files.write(file, new byte[100]);
        assertThatThrownBy(() -> Contents.read(file)).hasMessageContaining("is no bbolt file");
        Files.write(file, new byte[100_000]);
        assertThatThrownBy(() -> Contents.read(file)).hasMessageContaining("is no bbolt file");
        byte[] whole = Contents.random(new Random(1)).file();
        Files.write(file, whole);
        Files.write(file, new byte[0], StandardOpenOption.APPEND);
        try (var cut = java.nio.channels.FileChannel.open(file, StandardOpenOption.WRITE)) {
            cut.truncate(whole.length - 4096);
        }
        assertThatThrownBy(() -> Contents.read(file))
                .isInstanceOf(SnapshotException.class)
                .hasMessageContaining("is cut off");
    }

    /** bbolt goes on with the other meta page; so do we, since a crash may have torn the newer one. */
    @Test
    void takesTheOtherMetaPageIfOneIsTorn() throws IOException {
        Path file = folder.resolve("snapshot");
        Contents contents = Contents.random(new Random(2));
        for (int torn = 0; torn < 2; torn++) {
            byte[] bytes = contents.file();
            bytes[torn * 4096 + 16 + 50]++;
            Files.write(file, bytes);
            assertThat(Contents.read(file).rows).isEqualTo(contents.rows);
        }
    }
}
