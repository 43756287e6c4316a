/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.quorate.dist.RealEtcd;
import dev.quorate.wire.etcdserverpb.CompactionRequest;
import dev.quorate.wire.etcdserverpb.HashKVRequest;
import dev.quorate.wire.etcdserverpb.PutRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A member remembers the hashes of its compactions until it is stopped: real etcd 3.7.1 keeps them in memory only
 * ({@code server/storage/mvcc/hash.go}), and so do ours. This is why {@link DifferentialIT}, which restarts ours and
 * not real etcd, does not ask for them after a restart.
 */
class RestartedHashIT {
    private static final String COMPACTED =
            Answers.ERROR + "OUT_OF_RANGE: etcdserver: mvcc: required revision has been compacted";

    @TempDir
    Path work;

    @Test
    void aRestartForgetsTheHashesOfCompactions() throws IOException, InterruptedException {
        Path etcd = RealEtcd.programOrSkip("etcd");
        List<String> expected = answers("etcd", etcd, List.of());

        assertThat(expected.subList(0, 2))
                .as("etcd remembers what is compacted by now")
                .noneMatch(COMPACTED::equals);
        assertThat(expected.subList(3, 5)).as("etcd after a restart").containsOnly(COMPACTED);
        for (String storage : List.of("rocksdb", "h2")) {
            assertThat(answers(storage, RealEtcd.ours(), List.of("--storage=" + storage)))
                    .as(storage)
                    .isEqualTo(expected);
        }
    }

    /** Compacts at 4, 7 and 9, with a restart after it and one more compaction, and asks for every hash each time. */
    private List<String> answers(String name, Path program, List<String> flags)
            throws IOException, InterruptedException {
        try (Subject subject = new Subject(name, program, work.resolve(name), flags, true)) {
            for (int i = 0; i < 12; i++) {
                ask(
                        subject,
                        Call.PUT,
                        PutRequest.newBuilder()
                                .setKey(Scene.small(i % 3))
                                .setValue(value(i))
                                .build());
            }
            compact(subject, 4);
            compact(subject, 7);
            compact(subject, 9);
            List<String> answers = new ArrayList<>(hashes(subject, 4, 7, 9));
            subject.restart();
            answers.addAll(hashes(subject, 4, 7, 9));
            compact(subject, 11);
            compact(subject, 12);
            answers.addAll(hashes(subject, 9, 11, 12));
            return answers;
        }
    }

    private static ByteString value(int number) {
        return ByteString.copyFromUtf8("v" + number);
    }

    /** Waits until the rows are gone, so that the hash is there. */
    private static void compact(Subject subject, long revision) {
        String answer = ask(
                subject,
                Call.COMPACT,
                CompactionRequest.newBuilder()
                        .setRevision(revision)
                        .setPhysical(true)
                        .build());
        assertThat(answer).doesNotStartWith(Answers.ERROR);
    }

    private static List<String> hashes(Subject subject, long... revisions) {
        List<String> answers = new ArrayList<>();
        for (long revision : revisions) {
            answers.add(ask(
                    subject,
                    Call.HASH_KV,
                    HashKVRequest.newBuilder().setRevision(revision).build()));
        }
        return answers;
    }

    private static String ask(Subject subject, String method, Message message) {
        return subject.ask(Call.of(method, message)).text().strip();
    }
}
