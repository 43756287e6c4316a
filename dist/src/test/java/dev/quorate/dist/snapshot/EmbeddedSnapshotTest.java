/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.inbound.SnapshotStream;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.SnapshotResponse;
import dev.quorate.api.snapshot.SnapshotFile;
import dev.quorate.api.snapshot.SnapshotFormat;
import dev.quorate.server.embed.EmbeddedMember;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A snapshot is the state of one moment on every engine, however much is written while it is taken. */
class EmbeddedSnapshotTest {
    /** What {@code Maintenance.Hash} leaves out, since it may differ between members. */
    private static final Set<Bytes> LEFT_OUT =
            Set.of(Bytes.utf8("consistent_index"), Bytes.utf8("term"), Bytes.utf8("storageVersion"));

    @TempDir
    Path work;

    private EmbeddedMember start(String storage) {
        return storage.equals("memory")
                ? EmbeddedMember.inMemory().start()
                : EmbeddedMember.on(work.resolve("data")).storage(storage).start();
    }

    private static void put(EmbeddedMember member, int from, int to) {
        for (int i = from; i < to; i++) {
            member.kv()
                    .put(PutRequest.of(Bytes.utf8("key" + i % 200), Bytes.wrap(new byte[100 + 50 * (i % 200)])))
                    .join();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "h2", "rocksdb"})
    void isTheStateOfOneMoment(String storage) throws IOException {
        Path file = work.resolve("snapshot");
        int hash;
        try (EmbeddedMember member = start(storage)) {
            put(member, 0, 1000);
            hash = member.maintenance().hash().join().hash();
            try (SnapshotStream stream = member.maintenance().snapshot().join();
                    OutputStream out = Files.newOutputStream(file)) {
                long remaining = -1;
                int written = 1000;
                for (SnapshotResponse piece = stream.next(); piece != null; piece = stream.next()) {
                    if (remaining > 0) {
                        assertThat(remaining - piece.remainingBytes())
                                .isEqualTo(piece.blob().length());
                    }
                    remaining = piece.remainingBytes();
                    assertThat(piece.version()).isEqualTo("3.7.0");
                    piece.blob().writeTo(out);
                    put(member, written, written + 3);
                    written += 3;
                }
                assertThat(remaining).isZero();
            }
            assertThat(member.maintenance().hash().join().hash()).isNotEqualTo(hash);
        }
        SnapshotFormat format =
                ServiceLoader.load(SnapshotFormat.class).findFirst().orElseThrow();
        try (SnapshotFile opened = format.open(file)) {
            assertThat(opened.hasHash()).isTrue();
            assertThat(opened.hashMatches()).isTrue();
            assertThat((int) StatusHash.of(opened, LEFT_OUT)).isEqualTo(hash);
        }
    }
}
