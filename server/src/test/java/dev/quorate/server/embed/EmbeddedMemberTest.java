/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.model.HashKvResponse;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.model.LeaseGrantRequest;
import dev.quorate.api.model.LockResponse;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.server.boot.BootException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The member as a Java program sees it, with the real log and engine under it. */
class EmbeddedMemberTest {
    private static Bytes utf8(String text) {
        return Bytes.utf8(text);
    }

    @Test
    void runsTheExampleOfTheReadme() {
        try (EmbeddedMember member = EmbeddedMember.inMemory().start()) {
            Bytes key = Bytes.utf8("greeting");
            member.kv().put(PutRequest.of(key, Bytes.utf8("hello"))).join();
            KeyValue stored =
                    member.kv().range(RangeRequest.of(key)).join().kvs().get(0);
            assertThat(stored.value().toUtf8()).isEqualTo("hello");
            assertThat(member.clientUrls()).isEmpty();
        }
    }

    @Test
    void comesBackFromItsDirectoryWithEverything(@TempDir Path directory) {
        HashKvResponse before;
        try (EmbeddedMember member = EmbeddedMember.on(directory).start()) {
            for (int i = 0; i < 300; i++) {
                member.kv()
                        .put(PutRequest.of(utf8("key" + i % 70), utf8("value" + i)))
                        .join();
            }
            member.kv().compact(new CompactionRequest(100, true)).join();
            member.leases().grant(new LeaseGrantRequest(600, 77)).join();
            member.kv()
                    .put(PutRequest.of(utf8("leased"), utf8("x")).withLease(77))
                    .join();
            before = member.maintenance().hashKv(0).join();
        }
        try (EmbeddedMember member = EmbeddedMember.on(directory).start()) {
            // Asked first: whoever is let in finds leases that are looked after.
            assertThat(member.leases().keepAlive(77).join().ttlSeconds()).isEqualTo(600);
            HashKvResponse after = member.maintenance().hashKv(0).join();
            assertThat(after.hash()).isEqualTo(before.hash());
            assertThat(after.hashRevision()).isEqualTo(before.hashRevision());
            assertThat(after.compactRevision()).isEqualTo(before.compactRevision());
            assertThat(member.leases().timeToLive(77, true).join().keys()).containsExactly(utf8("leased"));
            assertThat(after.header().raftTerm()).isGreaterThan(before.header().raftTerm());
            assertThat(member.kv()
                            .put(PutRequest.of(utf8("more"), utf8("x")))
                            .join()
                            .header()
                            .revision())
                    .isEqualTo(before.hashRevision() + 1);
        }
    }

    @Test
    void refusesADirectoryThatIsInUse(@TempDir Path directory) {
        try (EmbeddedMember member = EmbeddedMember.on(directory).start()) {
            assertThatThrownBy(() -> EmbeddedMember.on(directory).start())
                    .isInstanceOf(BootException.class)
                    .hasMessageContaining("in use");
            assertThat(member.kv().range(RangeRequest.of(utf8("a"))).join().count())
                    .isZero();
        }
    }

    @Test
    void namesTheEnginesThatItKnows() {
        assertThatThrownBy(() -> EmbeddedMember.inMemory().storage("bolt").start())
                .isInstanceOf(BootException.class)
                .hasMessageContaining("h2, memory");
    }

    @Test
    void refusesADirectoryOfAnotherEngine(@TempDir Path directory) {
        EmbeddedMember.on(directory).start().close();
        assertThatThrownBy(() -> EmbeddedMember.on(directory).storage("memory").start())
                .isInstanceOf(BootException.class)
                .hasMessageContaining("holds a member");
    }

    @Test
    void raisesTheAlarmWhenTheStoreIsFull() {
        try (EmbeddedMember member =
                EmbeddedMember.inMemory().quotaBytes(100_000).start()) {
            Bytes value = Bytes.wrap(new byte[10_000]);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            member.kv()
                                    .put(PutRequest.of(utf8("big" + i), value))
                                    .join();
                        }
                    })
                    .isInstanceOf(CompletionException.class)
                    .hasMessageContaining(EtcdError.NO_SPACE.text());
            assertThat(member.maintenance().status().join().errors()).hasSize(1);
            assertThat(member.services().health().health(false, Set.of()).join())
                    .isEqualTo("ALARM NOSPACE");
        }
    }

    @Test
    void saysWhichModuleMakesSnapshots() {
        try (EmbeddedMember member = EmbeddedMember.inMemory().start()) {
            assertThatThrownBy(() -> member.maintenance().snapshot().join())
                    .hasCauseInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("quorate-snapshot-bbolt");
        }
    }

    @Test
    void givesALockToTheNextInLine() {
        try (EmbeddedMember member = EmbeddedMember.inMemory().start()) {
            LockResponse first = member.locks().lock(utf8("l"), 0).join();
            CompletableFuture<LockResponse> second = member.locks().lock(utf8("l"), 0);
            assertThat(second).isNotDone();
            member.locks().unlock(first.key()).join();
            LockResponse taken = second.join();
            assertThat(taken.key()).isNotEqualTo(first.key());
            assertThat(member.kv()
                            .range(RangeRequest.of(KeyRange.prefix(utf8("l/"))))
                            .join()
                            .count())
                    .isEqualTo(1);
        }
    }

    @Test
    void takesTheCancelledOutOfTheLine() {
        try (EmbeddedMember member = EmbeddedMember.inMemory().start()) {
            LockResponse first = member.locks().lock(utf8("l"), 0).join();
            CompletableFuture<LockResponse> second = member.locks().lock(utf8("l"), 0);
            CompletableFuture<LockResponse> third = member.locks().lock(utf8("l"), 0);
            second.cancel(false);
            member.locks().unlock(first.key()).join();
            assertThat(third.join().key()).isNotEqualTo(first.key());
        }
    }
}
