/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.snapshot.SnapshotFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file that real etcd 3.7.1 has written: saved by its etcdctl after 122 puts (one of 10,000 bytes, one with a lease),
 * 40 deletes, a compaction at revision 100, 11 more puts, a role and a user. What is expected is what its
 * {@code etcdutl snapshot status} said.
 */
class RecordedFileTest {
    @TempDir
    Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void unpack() throws IOException {
        file = folder.resolve("etcd.snapshot");
        try (InputStream packed = Objects.requireNonNull(getClass().getResourceAsStream("etcd-3.7.1.snapshot.gz"));
                InputStream bytes = new GZIPInputStream(packed)) {
            Files.copy(bytes, file);
        }
    }

    @Test
    void isRead() {
        try (SnapshotFile opened = new BboltFormat().open(file)) {
            assertThat(opened.sizeBytes()).isEqualTo(53_248);
            assertThat(opened.hasHash()).isTrue();
            assertThat(opened.hashMatches()).isTrue();
            assertThat(opened.buckets())
                    .isEqualTo(List.of(
                            "alarm",
                            "auth",
                            "authRoles",
                            "authUsers",
                            "cluster",
                            "key",
                            "lease",
                            "members",
                            "members_removed",
                            "meta"));
            Contents contents = Contents.of(opened);
            assertThat(contents.statusHash()).isEqualTo(3_966_520_220L);
            SortedMap<Bytes, Bytes> keys = Objects.requireNonNull(contents.rows.get("key"));
            assertThat(keys.lastKey().at(7)).isEqualTo((byte) 174);
            assertThat(keys.values()).anyMatch(value -> value.length() > 10_000);
            assertThat(contents.rows.get("authUsers")).containsOnlyKeys(Bytes.utf8("bob"));
            assertThat(contents.rows.get("meta"))
                    .containsEntry(Bytes.utf8("storageVersion"), Bytes.utf8("3.7.0"))
                    .containsKeys(Bytes.utf8("consistent_index"), Bytes.utf8("term"), Bytes.utf8("confState"));
        }
    }

    /** A copy of a data dir ends with room that was set aside, and has no hash. */
    @Test
    void isReadWithRoomBehind() throws IOException {
        Contents expected = Contents.read(file);
        byte[] bytes = Files.readAllBytes(file);
        byte[] longer = java.util.Arrays.copyOf(java.util.Arrays.copyOf(bytes, bytes.length - 32), 200_704);
        Files.write(file, longer);
        try (SnapshotFile opened = new BboltFormat().open(file)) {
            assertThat(opened.hasHash()).isFalse();
            assertThat(opened.sizeBytes()).isEqualTo(53_248);
            assertThat(Contents.of(opened).rows).isEqualTo(expected.rows);
        }
    }
}
