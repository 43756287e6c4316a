/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.HashKvResponse;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.SortOrder;
import dev.quorate.api.model.SortTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Readers beside a writer that compacts: whatever they see is one state. */
class MvccConcurrencyTest {
    private static final KeyRange ALL = new KeyRange(KeyRange.FROM_KEY, KeyRange.FROM_KEY);
    private static final int KEYS = 8;
    private static final int ROUNDS = 1000;

    private final StoreFixture fixture = new StoreFixture();
    private final AtomicBoolean done = new AtomicBoolean();

    /** In every round all keys get one value, in every tenth they go first; history is cut close behind. */
    private void write() {
        for (int round = 0; round < ROUNDS; round++) {
            Bytes value = Bytes.utf8("v" + round);
            boolean fresh = round % 10 == 0;
            fixture.apply(writer -> writer.inOneRevision(() -> {
                if (fresh) {
                    writer.deleteRange(DeleteRangeRequest.of(ALL));
                }
                for (int i = 0; i < KEYS; i++) {
                    writer.put(PutRequest.of(Bytes.utf8("k" + i), value));
                }
                return "";
            }));
            if (round % 7 == 3) {
                long revision = fixture.store.revision() - round % 3;
                fixture.apply(writer -> writer.compact(new CompactionRequest(revision, false)));
            }
            if (fixture.store.writer().compactionPending()) {
                fixture.compactStep(20);
                fixture.apply(writer -> "");
            }
        }
    }

    private long read(long seed) {
        Random random = new Random(seed);
        long reads = 0;
        long last = 0;
        while (!done.get()) {
            if (fixture.store.revision() < KEYS + 2) {
                Thread.onSpinWait();
                continue;
            }
            long revision =
                    random.nextBoolean() ? 0 : Math.max(KEYS + 2L, fixture.store.revision() - random.nextInt(4));
            RangeRequest request = RangeRequest.builder(ALL)
                    .revision(revision)
                    .sort(
                            random.nextBoolean() ? SortTarget.KEY : SortTarget.VALUE,
                            random.nextBoolean() ? SortOrder.NONE : SortOrder.DESCEND)
                    .build();
            RangeResponse answer = answer(request);
            if (answer == null) {
                continue;
            }
            assertThat(answer.header().revision()).isGreaterThanOrEqualTo(last);
            last = answer.header().revision();
            if (last > KEYS + 1) {
                assertThat(answer.kvs()).hasSize(KEYS);
                assertThat(answer.count()).isEqualTo(KEYS);
                long mod = answer.kvs().get(0).modRevision();
                assertThat(mod).isEqualTo(revision == 0 ? last : revision);
                assertThat(answer.kvs())
                        .allMatch(kv -> kv.modRevision() == mod
                                && kv.value().equals(answer.kvs().get(0).value()));
            }
            reads++;
        }
        return reads;
    }

    private @Nullable RangeResponse answer(RangeRequest request) {
        try {
            return fixture.store.range(request);
        } catch (EtcdException e) {
            assertThat(e.is(EtcdError.COMPACTED)).isTrue();
            return null;
        }
    }

    /** Hashes of one revision under one compaction are the same, whenever they are made. */
    private long hash() {
        long hashes = 0;
        while (!done.get()) {
            try {
                HashKvResponse one = fixture.store.hashKv(0);
                HashKvResponse other = fixture.store.hashKv(one.hashRevision());
                if (one.compactRevision() == other.compactRevision()) {
                    assertThat(other.hash()).isEqualTo(one.hash());
                    hashes++;
                }
                List<Change> changes = new ArrayList<>();
                fixture.store.changes(one.hashRevision(), one.hashRevision(), changes::add);
                if (one.hashRevision() > KEYS + 1) {
                    assertThat(changes.stream().filter(change -> change.sub() == changes.size() - 1))
                            .hasSize(1);
                }
            } catch (EtcdException e) {
                assertThat(e.is(EtcdError.COMPACTED)).isTrue();
            }
        }
        return hashes;
    }

    @Test
    void readersSeeOneStateEach() throws Exception {
        for (int i = 0; i < KEYS; i++) {
            fixture.put("k" + i, "before"); // so that every revision asked for is there
        }
        ExecutorService executor = Executors.newFixedThreadPool(4);
        try {
            List<Future<Long>> readers = new ArrayList<>();
            for (long seed = 1; seed <= 3; seed++) {
                long one = seed;
                readers.add(executor.submit(() -> read(one)));
            }
            readers.add(executor.submit(this::hash));
            try {
                write();
            } finally {
                done.set(true);
            }
            for (Future<Long> reader : readers) {
                assertThat(reader.get()).isPositive();
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
