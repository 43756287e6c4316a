/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.txn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.model.HashKvResponse;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.Revision;
import dev.quorate.api.model.TxnRequest;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.mvcc.Change;
import dev.quorate.mvcc.MvccWriter;
import dev.quorate.mvcc.RevisionChanges;
import dev.quorate.mvcc.StoreFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the store against a model over random histories: every answer, every view of the past, every hash. */
class StoreModelTest {
    private static final int ENTRIES = 250;

    private final StoreFixture fixture = new StoreFixture();
    private final StoreModel model = new StoreModel();
    private final TxnChecks checks = new TxnChecks(128);
    private final List<Change> changes = new ArrayList<>();
    private long previousCompact = -1;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25})
    void storeAndModelAgree(long seed) {
        RandomRequests requests = new RandomRequests(new Random(seed));
        for (int entry = 0; entry < ENTRIES; ) {
            WriteBatch batch = new WriteBatch();
            MvccWriter writer = fixture.store.writer();
            writer.begin(batch);
            boolean compacts = requests.chance(8);
            for (int i = requests.below(4); i >= 0 && !compacts; i--, entry++) {
                change(requests, writer);
            }
            if (compacts) {
                compact(requests, writer);
                entry++;
            }
            long revision = fixture.store.revision();
            RangeRequest read = requests.range(model.revision());
            assertThat(answer(() -> writer.view().range(read)))
                    .as("seed %d, unpublished %s", seed, read)
                    .isEqualTo(answer(() -> model.range(read)));
            assertThat(fixture.store.revision()).isEqualTo(revision);
            fixture.write(batch);
            writer.publish();
            for (RevisionChanges one : writer.takeChanges()) {
                changes.addAll(one.changes());
            }
            endCompaction();
            if (requests.chance(3)) {
                fixture.reopen();
                model.compactHashes.clear();
            }
            compare(seed, requests);
        }
        compareHistory(seed);
    }

    private void change(RandomRequests requests, MvccWriter writer) {
        int kind = requests.below(20);
        if (kind < 8) {
            var put = requests.put();
            assertThat(answer(() -> writer.put(put))).isEqualTo(answer(() -> model.put(put)));
        } else if (kind < 11) {
            var delete = requests.delete();
            assertThat(answer(() -> writer.deleteRange(delete))).isEqualTo(answer(() -> model.delete(delete)));
        } else if (kind < 17) {
            TxnRequest txn = requests.txn(model.revision(), 2);
            Object refused = answer(() -> {
                checks.check(txn);
                return "";
            });
            if ("".equals(refused)) {
                assertThat(answer(() -> Txns.write(writer, txn)))
                        .as(txn.toString())
                        .isEqualTo(answer(() -> model.txn(txn)));
            }
        } else {
            long lease = 1L + requests.below(3);
            if (model.leases.add(lease)) {
                fixture.leases.grant(lease);
            } else {
                Set<Bytes> keys = model.keysOf(lease);
                assertThat(fixture.leases.attached().get(lease)).isEqualTo(keys);
                assertThat(writer.deleteKeys(new TreeSet<>(keys).descendingSet()))
                        .isEqualTo(keys.size());
                fixture.leases.revoke(lease);
                model.revoke(lease);
            }
        }
        assertThat(writer.view().revision()).isEqualTo(model.revision());
    }

    private void compact(RandomRequests requests, MvccWriter writer) {
        long revision = requests.below((int) model.revision() + 2) - 1L;
        long previous = model.compactRevision;
        Object answer = answer(() -> {
            writer.compact(new CompactionRequest(revision, false));
            return "";
        });
        assertThat(answer).isEqualTo(answer(() -> {
            model.compact(revision);
            return "";
        }));
        if ("".equals(answer)) {
            previousCompact = previous;
        }
    }

    private void endCompaction() {
        if (fixture.store.writer().compactionPending()) {
            assertThat(fixture.store.compactRevision()).isEqualTo(model.compactRevision);
            fixture.compactAll();
            model.compacted(model.compactRevision, previousCompact);
        }
        assertThat(fixture.store.writer().compactedRevision()).isEqualTo(model.compactRevision);
    }

    private void compare(long seed, RandomRequests requests) {
        assertThat(fixture.store.revision()).as("seed %d", seed).isEqualTo(model.revision());
        assertThat(fixture.store.compactRevision()).isEqualTo(model.compactRevision);
        for (int i = 0; i < 6; i++) {
            RangeRequest range = requests.range(model.revision());
            assertThat(answer(() -> fixture.store.range(range)))
                    .as("seed %d, %s", seed, range)
                    .isEqualTo(answer(() -> model.range(range)));
            assertThat(fixture.store.count(range.range()))
                    .isEqualTo(model.range(RangeRequest.builder(range.range())
                                    .countOnly(true)
                                    .build())
                            .count());
        }
        long at = Math.max(1, requests.below((int) model.revision() + 1));
        Bytes key = requests.key();
        KeyValue expected =
                at < model.compactRevision ? null : model.states.get((int) at).get(key);
        assertThat(fixture.store.recordAt(key, at)).isEqualTo(expected == null ? null : expected.encode());
        compareHash(seed, requests.below((int) model.revision() + 2));
        compareHash(seed, model.compactRevision);
    }

    private void compareHash(long seed, long revision) {
        Object expected;
        int[] cached = model.compactHashes.get(revision);
        if (cached != null) {
            expected = List.of(cached[0], (long) cached[1], revision);
        } else {
            long upTo = revision == 0 ? model.revision() : revision;
            expected = List.of(model.hash(model.compactRevision, upTo), model.compactRevision, upTo);
            if (revision > 0 && revision < model.compactRevision) {
                expected = "etcdserver: mvcc: required revision has been compacted";
            } else if (revision > model.revision()) {
                expected = "etcdserver: mvcc: required revision is a future revision";
            }
        }
        Object answer = answer(() -> {
            HashKvResponse hash = fixture.store.hashKv(revision);
            assertThat(hash.header().revision()).isEqualTo(model.revision());
            return List.of(hash.hash(), hash.compactRevision(), hash.hashRevision());
        });
        assertThat(answer).as("seed %d, hash at %d", seed, revision).isEqualTo(expected);
    }

    private void compareHistory(long seed) {
        long from = Math.max(1, model.compactRevision);
        List<Change> stored = new ArrayList<>();
        fixture.store.changes(from, Long.MAX_VALUE - 1, stored::add);
        // Of the compacted revision itself a put is gone that a deletion in the same transaction has undone.
        Set<Revision> kept = model.rows.stream()
                .map(row -> new Revision(row.main(), row.sub()))
                .collect(Collectors.toSet());
        assertThat(stored)
                .as("seed %d", seed)
                .isEqualTo(changes.stream()
                        .filter(change ->
                                change.main() >= from && kept.contains(new Revision(change.main(), change.sub())))
                        .toList());
        RangeResponse all = fixture.store.range(RangeRequest.of(KeyRange.prefix(Bytes.EMPTY)));
        assertThat(all.kvs())
                .isEqualTo(List.copyOf(model.states.get((int) model.revision()).values()));
    }

    private static Object answer(Supplier<?> question) {
        try {
            return question.get();
        } catch (EtcdException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
