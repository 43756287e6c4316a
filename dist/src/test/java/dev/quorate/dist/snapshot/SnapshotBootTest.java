/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.HashKvResponse;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.raft.log.Wal;
import dev.quorate.raft.log.WalContent;
import dev.quorate.raft.log.WalOptions;
import dev.quorate.raft.spi.StateSnapshot;
import dev.quorate.server.app.ReceivedSnapshots;
import dev.quorate.server.boot.BootException;
import dev.quorate.server.embed.EmbeddedMember;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A member that went down between the log's note of another member's state and the end of its installation. */
class SnapshotBootTest {
    @TempDir
    Path work;

    private Path data = Path.of("");
    private Path state = Path.of("");
    private HashKvResponse expected = new HashKvResponse(dev.quorate.api.model.ResponseHeader.ofRevision(0), 0, 0, 0);

    private EmbeddedMember start(String storage) {
        return EmbeddedMember.on(data).storage(storage).start();
    }

    /** Makes a data dir whose log goes on behind a state that storage does not hold; that state lies in a file. */
    private void prepare(String storage) throws IOException {
        data = work.resolve("data");
        try (EmbeddedMember member = start(storage)) {
            for (int i = 0; i < 50; i++) {
                member.kv()
                        .put(PutRequest.of(Bytes.utf8("old" + i), Bytes.EMPTY))
                        .join();
            }
        }
        Path wal = data.resolve("member").resolve("wal");
        Path snap = data.resolve("member").resolve("snap");
        WalContent content = Wal.read(wal).orElseThrow();
        Committed history = new Committed(1, 300, List.of(content.memberId()));
        history.grow(500);
        try (StorageEngine engine = FedMember.open("memory", work);
                FedMember source = new FedMember(engine, ReceivedSnapshots.in(work, FedMember.FORMAT), 1)) {
            source.feed(history.from(1), 50);
            expected = source.hashKv();
            StateSnapshot sent = source.machine.takeSnapshot();
            state = snap.resolve(
                    String.format(Locale.ROOT, "%016x.snap.db", sent.snapshot().index()));
            try (InputStream in = sent.state().open()) {
                Files.copy(in, state);
            } finally {
                sent.state().close();
            }
            WalOptions options = new WalOptions(
                    wal, snap, Wal.SEGMENT_BYTES, 0, 0, true, () -> Bytes.EMPTY, () -> 0, Wal.Observer.NONE);
            try (Wal log = Wal.open(options, content)) {
                log.install(sent.snapshot());
            }
        }
    }

    private void assertInstalled(String storage) throws IOException {
        for (int start = 0; start < 2; start++) {
            try (EmbeddedMember member = start(storage)) {
                HashKvResponse found = member.maintenance().hashKv(0).join();
                assertThat(found.hash()).isEqualTo(expected.hash());
                assertThat(found.hashRevision()).isEqualTo(expected.hashRevision());
            }
            try (Stream<Path> files = Files.list(state.resolveSibling("."))) {
                assertThat(files).noneMatch(file -> file.toString().endsWith(".db"));
            }
        }
        try (EmbeddedMember member = start(storage)) {
            assertThat(member.kv()
                            .put(PutRequest.of(Bytes.utf8("more"), Bytes.EMPTY))
                            .join()
                            .header()
                            .revision())
                    .isEqualTo(expected.hashRevision() + 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "rocksdb"})
    void installsItAtTheStart(String storage) throws IOException {
        prepare(storage);
        Files.write(state.resolveSibling("tmp123.db"), new byte[100]); // was arriving when the member went down
        Files.write(state.resolveSibling("00000000000fffff.snap.db"), new byte[100]); // the log knows nothing of it
        assertInstalled(storage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "rocksdb"})
    void refusesToStartWithoutTheStateOrWithADamagedOne(String storage) throws IOException {
        prepare(storage);
        Path aside = work.resolve("aside");
        Files.move(state, aside);
        assertThatThrownBy(() -> start(storage))
                .isInstanceOf(BootException.class)
                .hasMessageContaining("the log begins with the state at entry ")
                .hasMessageContaining("snapshot file doesn't exist")
                .hasMessageContaining(String.valueOf(state.getFileName()));
        byte[] damaged = Files.readAllBytes(aside);
        damaged[4096 * 5 + 8] ^= 0x40;
        Files.write(state, damaged);
        assertThatThrownBy(() -> start(storage)).isInstanceOf(BootException.class);
        Files.delete(state);
        Files.move(aside, state);
        assertInstalled(storage);
    }
}
