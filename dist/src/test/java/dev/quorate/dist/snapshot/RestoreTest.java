/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.inbound.SnapshotStream;
import dev.quorate.api.model.HashKvResponse;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.LeaseGrantRequest;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.SnapshotResponse;
import dev.quorate.api.snapshot.SnapshotException;
import dev.quorate.server.embed.EmbeddedMember;
import dev.quorate.server.offline.SnapshotRestore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A data dir made from a snapshot holds its data, in a new cluster. */
class RestoreTest {
    private static final int KEYS = 3000;

    @TempDir
    Path work;

    private Path file = Path.of("");
    private Path target = Path.of("");
    private HashKvResponse saved = new HashKvResponse(dev.quorate.api.model.ResponseHeader.ofRevision(0), 0, 0, 0);

    @BeforeEach
    void save() throws IOException {
        file = work.resolve("saved");
        target = work.resolve("target");
        try (EmbeddedMember member = EmbeddedMember.inMemory().start()) {
            member.leases().grant(new LeaseGrantRequest(600, 77)).join();
            for (int i = 0; i < KEYS; i++) {
                member.kv()
                        .put(PutRequest.of(Bytes.utf8("key" + i), Bytes.wrap(new byte[i])))
                        .join();
            }
            member.kv()
                    .put(PutRequest.of(Bytes.utf8("leased"), Bytes.EMPTY).withLease(77))
                    .join();
            saved = member.maintenance().hashKv(0).join();
            try (SnapshotStream stream = member.maintenance().snapshot().join();
                    OutputStream out = Files.newOutputStream(file)) {
                for (SnapshotResponse piece = stream.next(); piece != null; piece = stream.next()) {
                    piece.blob().writeTo(out);
                }
            }
        }
    }

    private EmbeddedMember start(String storage) {
        return EmbeddedMember.on(target).storage(storage).start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "rocksdb"})
    void keepsTheData(String storage) {
        SnapshotRestore.of(file, target)
                .storage(storage)
                .name("one")
                .token("another")
                .initialCluster(Map.of("one", List.of("http://127.0.0.1:28002")))
                .run();

        for (int start = 0; start < 2; start++) {
            try (EmbeddedMember member = start(storage)) {
                HashKvResponse restored = member.maintenance().hashKv(0).join();
                assertThat(restored.hash()).isEqualTo(saved.hash());
                assertThat(restored.hashRevision()).isEqualTo(saved.hashRevision());
                assertThat(restored.header().memberId())
                        .isNotEqualTo(saved.header().memberId());
                assertThat(restored.header().clusterId())
                        .isNotEqualTo(saved.header().clusterId());
                assertThat(member.leases().timeToLive(77, true).join().keys()).containsExactly(Bytes.utf8("leased"));
                assertThat(member.cluster().memberList(true).join().members())
                        .singleElement()
                        .satisfies(self -> {
                            assertThat(self.id()).isEqualTo(restored.header().memberId());
                            assertThat(self.peerUrls()).containsExactly("http://127.0.0.1:28002");
                        });
            }
        }
        try (EmbeddedMember member = start(storage)) {
            assertThat(member.kv()
                            .put(PutRequest.of(Bytes.utf8("more"), Bytes.EMPTY))
                            .join()
                            .header()
                            .revision())
                    .isEqualTo(saved.hashRevision() + 1);
        }
    }

    @Test
    void bumpsTheRevisionAndHasTheOldOnesCompacted() {
        SnapshotRestore.of(file, target).storage("h2").bumpRevision(5000).run();

        try (EmbeddedMember member = start("h2")) {
            KeyRange all = new KeyRange(KeyRange.FROM_KEY, KeyRange.FROM_KEY);
            assertThat(member.kv().range(RangeRequest.of(all)).join().header().revision())
                    .isEqualTo(saved.hashRevision() + 5000);
            assertThat(member.kv().range(RangeRequest.of(all)).join().count()).isEqualTo(KEYS + 1);
            assertThatThrownBy(() -> member.kv()
                            .range(RangeRequest.builder(all)
                                    .revision(saved.hashRevision())
                                    .build())
                            .join())
                    .hasMessageContaining(EtcdError.COMPACTED.text());
        }
    }

    @Test
    void refusesAWrongHashUnlessItIsToldNotToLook() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1]++;
        Files.write(file, bytes);

        assertThatThrownBy(() -> SnapshotRestore.of(file, target).run())
                .isInstanceOf(SnapshotException.class)
                .hasMessageContaining("does not match the sha256");
        assertThat(target).doesNotExist();
        SnapshotRestore.of(file, target).storage("h2").skipHashCheck(true).run();
        try (EmbeddedMember member = start("h2")) {
            assertThat(member.maintenance().hashKv(0).join().hash()).isEqualTo(saved.hash());
        }
    }

    @Test
    void refusesAMissingHash() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 32));

        assertThatThrownBy(() -> SnapshotRestore.of(file, target).run())
                .isInstanceOf(SnapshotException.class)
                .hasMessage("snapshot missing hash but --skip-hash-check=false");
    }

    @Test
    void refusesADamagedFileAndLeavesNothing() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[4096 * 5 + 8] ^= 0x40;
        Files.write(file, bytes);

        assertThatThrownBy(() ->
                        SnapshotRestore.of(file, target).skipHashCheck(true).run())
                .isInstanceOf(SnapshotException.class)
                .hasMessageContaining("page 5 at offset 20480");
        assertThat(target).doesNotExist();
    }

    @Test
    void refusesADirectoryThatHoldsSomething() throws IOException {
        Files.createDirectories(target);
        Files.writeString(target.resolve("something"), "");

        assertThatThrownBy(() -> SnapshotRestore.of(file, target).run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("data-dir \"" + target + "\" not empty or could not be read");
    }

    @Test
    void refusesSettingsThatContradictEachOther() {
        assertThatThrownBy(() -> SnapshotRestore.of(file, target).name("other").run())
                .hasMessage("couldn't find local name \"other\" in the initial cluster configuration");
        assertThatThrownBy(() -> SnapshotRestore.of(file, target)
                        .initialCluster(Map.of("default", List.of("http://a:1"), "other", List.of("http://a:1")))
                        .run())
                .hasMessage("initial cluster has duplicate url http://a:1");
        assertThatThrownBy(
                        () -> SnapshotRestore.of(file, target).storage("memory").run())
                .hasMessageContaining("keeps nothing");
        assertThat(target).doesNotExist();
    }
}
