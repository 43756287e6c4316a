/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.inbound.RangeStream;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.EventType;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.SortOrder;
import dev.quorate.api.model.SortTarget;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.RevisionKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the model does not see: publication, restarts, compaction under readers, pieces of ranges. */
class MvccStoreTest {
    private static final KeyRange ALL = new KeyRange(KeyRange.FROM_KEY, KeyRange.FROM_KEY);

    private final StoreFixture fixture = new StoreFixture();

    @Test
    void readersSeeNothingBeforeItIsPublished() {
        WriteBatch batch = new WriteBatch();
        MvccWriter writer = fixture.store.writer();
        writer.begin(batch);
        assertThat(writer.put(put("a", "1")).header().revision()).isEqualTo(2);
        assertThat(writer.view().range(RangeRequest.of(ALL)).kvs()).hasSize(1);
        assertThat(fixture.store.range(RangeRequest.of(ALL)).kvs()).isEmpty();
        assertThat(fixture.store.count(ALL)).isZero();
        assertThat(fixture.store.revision()).isEqualTo(1);
        fixture.write(batch);
        assertThat(fixture.store.range(RangeRequest.of(ALL)).header().revision())
                .isEqualTo(1);
        writer.publish();
        assertThat(fixture.store.range(RangeRequest.of(ALL)).count()).isEqualTo(1);
        assertThat(fixture.store.revision()).isEqualTo(2);
    }

    @Test
    void rowsAreThoseOfEtcd() {
        fixture.leases.grant(0x10);
        fixture.apply(writer -> {
            writer.put(put("a", "1").withLease(0x10));
            return writer.deleteRange(DeleteRangeRequest.of(ALL));
        });
        KeyValue kv = new KeyValue(Bytes.utf8("a"), 2, 2, 1, Bytes.utf8("1"), 0x10);
        assertThat(fixture.engine.get(Buckets.KEY, RevisionKeys.of(2, 0))).isEqualTo(kv.encode());
        assertThat(fixture.engine.get(Buckets.KEY, RevisionKeys.ofTombstone(3, 0)))
                .isEqualTo(Bytes.wrap(new byte[] {0x0a, 1, 'a'}));
    }

    @Test
    void aPutMovesItsKeyFromLeaseToLease() {
        fixture.leases.grant(1);
        fixture.leases.grant(2);
        fixture.apply(writer -> writer.put(put("a", "1").withLease(1)));
        fixture.apply(writer -> writer.put(put("a", "2").withLease(2)));
        assertThat(fixture.leases.attached().get(1L)).isEmpty();
        assertThat(fixture.leases.attached().get(2L)).containsExactly(Bytes.utf8("a"));
        fixture.reopen();
        assertThat(fixture.leases.attached().get(1L)).isEmpty();
        assertThat(fixture.leases.attached().get(2L)).containsExactly(Bytes.utf8("a"));
        fixture.put("a", "3");
        assertThat(fixture.leases.attached().get(2L)).isEmpty();
        assertThatThrownBy(
                        () -> fixture.apply(writer -> writer.put(put("a", "4").withLease(3))))
                .hasMessage(EtcdError.LEASE_NOT_FOUND.text());
        assertThat(fixture.store.revision()).isEqualTo(4);
    }

    @Test
    void keysOfALeaseGoInOneRevisionInTheirOrder() {
        fixture.put("b", "1");
        fixture.put("a", "2");
        fixture.store.writer().takeChanges();
        long deleted = fixture.apply(
                writer -> writer.deleteKeys(List.of(Bytes.utf8("b"), Bytes.utf8("none"), Bytes.utf8("a"))));
        assertThat(deleted).isEqualTo(2);
        List<RevisionChanges> changes = fixture.store.writer().takeChanges();
        assertThat(changes).hasSize(1);
        assertThat(changes.get(0).changes().stream().map(change -> change.key().toUtf8()))
                .containsExactly("a", "b");
        deleted = fixture.apply(writer -> writer.deleteKeys(List.of(Bytes.utf8("a"))));
        assertThat(deleted).isZero();
        assertThat(fixture.store.revision()).isEqualTo(4);
    }

    @Test
    void compactionIsLogicalAtOnceAndPhysicalInSteps() {
        for (int i = 0; i < 20; i++) {
            fixture.put("a", "v" + i);
        }
        fixture.apply(writer -> writer.compact(new CompactionRequest(15, false)));
        assertCompacted(() -> fixture.store.range(at(14)));
        assertThat(fixture.store.range(at(15)).kvs().get(0).value()).isEqualTo(Bytes.utf8("v13"));
        assertThat(fixture.engine.get(Buckets.META, Buckets.SCHEDULED_COMPACT_REVISION))
                .isEqualTo(RevisionKeys.of(15, 0));
        assertThat(fixture.engine.get(Buckets.META, Buckets.FINISHED_COMPACT_REVISION))
                .isNull();
        assertThat(rows()).isEqualTo(20);
        assertThat(fixture.compactStep(5)).isTrue();
        assertThat(rows()).isEqualTo(15);
        assertThat(fixture.compactStep(100)).isFalse();
        assertThat(rows()).isEqualTo(7);
        assertThat(fixture.engine.get(Buckets.META, Buckets.FINISHED_COMPACT_REVISION))
                .isEqualTo(RevisionKeys.of(15, 0));
        assertThat(fixture.store.writer().compactedRevision()).isEqualTo(15);
        assertThat(fixture.store.writer().compactionPending()).isFalse();
        assertThat(fixture.store.range(at(15)).kvs().get(0).value()).isEqualTo(Bytes.utf8("v13"));
    }

    @Test
    void compactionIsRefusedBelowTheLastOneAndAboveTheRevision() {
        fixture.put("a", "1");
        fixture.apply(writer -> writer.compact(new CompactionRequest(2, false)));
        assertCompacted(() -> fixture.apply(writer -> writer.compact(new CompactionRequest(2, false))));
        assertThatThrownBy(() -> fixture.apply(writer -> writer.compact(new CompactionRequest(3, false))))
                .hasMessage(EtcdError.FUTURE_REV.text());
        assertCompacted(() -> fixture.apply(writer -> writer.compact(new CompactionRequest(-1, false))));
    }

    @Test
    void compactionDoesNotBeginBeforeItIsPublished() {
        fixture.put("a", "1");
        WriteBatch batch = new WriteBatch();
        fixture.store.writer().begin(batch);
        fixture.store.writer().compact(new CompactionRequest(2, false));
        assertThat(fixture.store.writer().compactionPending()).isFalse();
        assertThat(fixture.compactStep(10)).isFalse();
        fixture.write(batch);
        fixture.store.writer().publish();
        assertThat(fixture.store.writer().compactionPending()).isTrue();
    }

    @Test
    void anUnfinishedCompactionGoesOnAfterARestart() {
        for (int i = 0; i < 20; i++) {
            fixture.put("a", "v" + i);
        }
        fixture.apply(writer -> writer.deleteRange(DeleteRangeRequest.of(ALL)));
        fixture.apply(writer -> writer.compact(new CompactionRequest(22, false)));
        fixture.compactStep(5);
        fixture.reopen();
        assertThat(fixture.store.compactRevision()).isEqualTo(22);
        assertThat(fixture.store.revision()).isEqualTo(22);
        assertThat(fixture.store.writer().compactionPending()).isTrue();
        fixture.compactAll();
        assertThat(rows()).isEqualTo(1); // the tombstone of the very revision
        fixture.reopen();
        assertThat(fixture.store.writer().compactionPending()).isFalse();
        assertThat(fixture.put("a", "again")).isEqualTo(23);
    }

    @Test
    void theRevisionComesFromTheMarksOfCompactionWhenRowsAreGone() {
        WriteBatch batch = new WriteBatch();
        batch.put(Buckets.META, Buckets.SCHEDULED_COMPACT_REVISION, RevisionKeys.of(9, 0));
        batch.put(Buckets.META, Buckets.FINISHED_COMPACT_REVISION, RevisionKeys.of(9, 0));
        fixture.write(batch);
        fixture.reopen();
        assertThat(fixture.store.revision()).isEqualTo(9);
        assertThat(fixture.store.compactRevision()).isEqualTo(9);
    }

    @Test
    void aKeyDeletedAndMadeAgainInOneRevisionSurvivesCompactionAtIt() {
        // A real etcd 3.7.1 removes the record of such a key and dies when it is read.
        fixture.put("a", "1");
        fixture.apply(writer -> writer.inOneRevision(() -> {
            writer.deleteRange(DeleteRangeRequest.of(ALL));
            return writer.put(put("a", "2"));
        }));
        fixture.apply(writer -> writer.compact(new CompactionRequest(3, false)));
        fixture.compactAll();
        KeyValue kv = new KeyValue(Bytes.utf8("a"), 3, 3, 1, Bytes.utf8("2"), 0);
        assertThat(fixture.store.range(RangeRequest.of(ALL)).kvs()).containsExactly(kv);
        fixture.reopen();
        assertThat(fixture.store.range(RangeRequest.of(ALL)).kvs()).containsExactly(kv);
    }

    @Test
    void aReaderOvertakenByCompactionReadsAgainAtANewerState() {
        fixture.put("a", "1");
        fixture.put("b", "1");
        List<Long> seen = new ArrayList<>();
        RangeResponse answer = fixture.store.read(view -> {
            seen.add(view.revision());
            if (seen.size() == 1) {
                long revision = fixture.put("a", "2");
                fixture.apply(writer -> writer.compact(new CompactionRequest(revision, false)));
                fixture.compactAll();
            }
            return view.range(RangeRequest.of(ALL));
        });
        assertThat(seen).containsExactly(3L, 4L);
        assertThat(answer.kvs().get(0).value()).isEqualTo(Bytes.utf8("2"));
    }

    @Test
    void aReaderOfAnOldRevisionOvertakenByCompactionHearsSo() {
        fixture.put("a", "1");
        fixture.put("a", "2");
        boolean[] overtaken = new boolean[1];
        assertCompacted(() -> fixture.store.read(view -> {
            if (!overtaken[0]) {
                overtaken[0] = true;
                fixture.apply(writer -> writer.compact(new CompactionRequest(3, false)));
                fixture.compactAll();
            }
            return view.range(at(2));
        }));
    }

    @Test
    void aLostRecordIsNotTakenForCompaction() {
        fixture.put("a", "1");
        fixture.write(new WriteBatch().delete(Buckets.KEY, RevisionKeys.of(2, 0)));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> fixture.store.range(RangeRequest.of(ALL)));
    }

    @Test
    void changesOfThePastComeInOrderUpToThePublishedRevision() {
        fixture.put("a", "1");
        fixture.apply(writer -> writer.deleteRange(DeleteRangeRequest.of(ALL)));
        fixture.put("b", "2");
        WriteBatch batch = new WriteBatch();
        fixture.store.writer().begin(batch);
        fixture.store.writer().put(put("c", "not published"));
        fixture.write(batch);
        List<Change> changes = new ArrayList<>();
        fixture.store.changes(3, 100, changes::add);
        assertThat(changes).hasSize(2);
        assertThat(changes.get(0).type()).isEqualTo(EventType.DELETE);
        assertThat(KeyValue.decode(changes.get(0).record()))
                .isEqualTo(new KeyValue(Bytes.utf8("a"), 0, 3, 0, Bytes.EMPTY, 0));
        assertThat(changes.get(1).created()).isTrue();
        changes.clear();
        fixture.store.changes(2, 100, change -> !changes.add(change));
        assertThat(changes).hasSize(1);
        fixture.store.changes(4, 3, change -> {
            throw new AssertionError("nothing lies there");
        });
        fixture.store.writer().publish();
        fixture.apply(writer -> writer.compact(new CompactionRequest(4, false)));
        assertCompacted(() -> fixture.store.changes(3, 100, change -> true));
        fixture.store.changes(4, 100, change -> true);
    }

    @Test
    void tellsTheRecordOfAKeyAtARevision() {
        fixture.put("a", "1");
        fixture.put("a", "2");
        assertThat(record("a", 2)).isEqualTo("1");
        assertThat(record("a", 3)).isEqualTo("2");
        assertThat(fixture.store.recordAt(Bytes.utf8("a"), 1)).isNull();
        assertThat(fixture.store.recordAt(Bytes.utf8("a"), 4)).isNull();
        fixture.apply(writer -> writer.compact(new CompactionRequest(3, false)));
        assertThat(fixture.store.recordAt(Bytes.utf8("a"), 2)).isNull();
        assertThat(record("a", 3)).isEqualTo("2");
    }

    private String record(String key, long main) {
        return KeyValue.decode(Objects.requireNonNull(fixture.store.recordAt(Bytes.utf8(key), main)))
                .value()
                .toUtf8();
    }

    @Test
    void streamsARangeInPiecesOfOneRevision() {
        for (int i = 0; i < 100; i++) {
            fixture.put(String.format(Locale.ROOT, "k%03d", i), "v");
        }
        RangeStream stream = fixture.store.rangeStream(RangeRequest.of(ALL), 1 << 20);
        fixture.put("k", "later, and first by name");
        fixture.put("k0500", "later");
        List<Integer> sizes = new ArrayList<>();
        List<KeyValue> kvs = new ArrayList<>();
        RangeResponse last = null;
        for (RangeResponse piece = stream.next(); piece != null; piece = stream.next()) {
            sizes.add(piece.kvs().size());
            kvs.addAll(piece.kvs());
            if (last != null) {
                assertThat(List.of(last.header().revision(), last.count(), last.more()))
                        .containsExactly(0L, 0L, false);
            }
            last = piece;
        }
        assertThat(sizes).containsExactly(10, 20, 40, 30);
        assertThat(kvs)
                .isEqualTo(fixture.store
                        .range(RangeRequest.builder(ALL).revision(101).build())
                        .kvs());
        assertThat(Objects.requireNonNull(last).header().revision()).isEqualTo(101);
        assertThat(last.count()).isEqualTo(100);
        assertThat(last.more()).isFalse();
    }

    @Test
    void streamsNoMoreThanTheLimitAndCountsTheRest() {
        for (int i = 0; i < 30; i++) {
            fixture.put(String.format(Locale.ROOT, "k%03d", i), "v");
        }
        List<RangeResponse> pieces = pieces(RangeRequest.builder(ALL).limit(15).build(), 1 << 20);
        assertThat(pieces.stream().map(piece -> piece.kvs().size())).containsExactly(10, 5);
        assertThat(pieces.get(1).more()).isTrue();
        assertThat(pieces.get(1).count()).isEqualTo(30);
        assertThat(pieces(RangeRequest.builder(ALL).limit(10).build(), 1 << 20)).hasSize(1);
        assertThat(pieces(RangeRequest.builder(ALL).limit(30).build(), 1 << 20)
                        .get(1)
                        .more())
                .isFalse();
        List<RangeResponse> counted =
                pieces(RangeRequest.builder(ALL).countOnly(true).build(), 1 << 20);
        assertThat(counted).hasSize(1);
        assertThat(counted.get(0).count()).isEqualTo(30);
        List<RangeResponse> empty = pieces(RangeRequest.of(Bytes.utf8("none")), 1 << 20);
        assertThat(empty).hasSize(1);
        assertThat(empty.get(0).header().revision()).isEqualTo(31);
    }

    /** Like etcd as long as there is one piece; behind that etcd leaves out keys. */
    @Test
    void aTargetWithoutAnOrderSortsEachPieceOfAStream() {
        for (int i = 0; i < 30; i++) {
            fixture.put(String.format(Locale.ROOT, "k%03d", i), String.format(Locale.ROOT, "v%03d", 30 - i));
        }
        RangeRequest request =
                RangeRequest.builder(ALL).sort(SortTarget.VALUE, SortOrder.NONE).build();
        List<List<String>> pieces = pieces(request, 1 << 20).stream()
                .map(piece ->
                        piece.kvs().stream().map(each -> each.key().toUtf8()).toList())
                .toList();
        assertThat(pieces).hasSize(2);
        assertThat(pieces.get(0)).hasSize(10).startsWith("k009", "k008").endsWith("k000");
        assertThat(pieces.get(1)).hasSize(20).startsWith("k029", "k028").endsWith("k010");
    }

    @Test
    void piecesOfAStreamShrinkWhenTheyAreLarge() {
        for (int i = 0; i < 40; i++) {
            fixture.put(String.format(Locale.ROOT, "k%03d", i), "v".repeat(100));
        }
        assertThat(pieces(RangeRequest.of(ALL), 300).stream()
                        .map(piece -> piece.kvs().size()))
                .startsWith(10, 5, 5)
                .allMatch(size -> size <= 10);
        assertThat(pieces(RangeRequest.of(ALL), 1).stream()
                        .mapToInt(piece -> piece.kvs().size())
                        .sum())
                .isEqualTo(40);
    }

    @Test
    void aStreamOvertakenByCompactionEnds() {
        for (int i = 0; i < 30; i++) {
            fixture.put(String.format(Locale.ROOT, "k%03d", i), "v");
        }
        RangeStream stream = fixture.store.rangeStream(RangeRequest.of(ALL), 1 << 20);
        assertThat(stream.next()).isNotNull();
        long revision = fixture.put("k", "v");
        fixture.apply(writer -> writer.compact(new CompactionRequest(revision, false)));
        assertCompacted(stream::next);
    }

    private List<RangeResponse> pieces(RangeRequest request, long targetBytes) {
        List<RangeResponse> pieces = new ArrayList<>();
        RangeStream stream = fixture.store.rangeStream(request, targetBytes);
        for (RangeResponse piece = stream.next(); piece != null; piece = stream.next()) {
            pieces.add(piece);
        }
        return pieces;
    }

    @Test
    void keysWithoutValuesComeWithoutLeasesUnlessSortedByValue() {
        fixture.leases.grant(7);
        fixture.apply(writer -> writer.put(put("a", "1").withLease(7)));
        RangeRequest.Builder request = RangeRequest.builder(ALL).keysOnly(true);
        assertThat(fixture.store.range(request.build()).kvs().get(0).lease()).isZero();
        KeyValue sorted = fixture.store
                .range(request.sort(SortTarget.VALUE, SortOrder.NONE).build())
                .kvs()
                .get(0);
        assertThat(sorted.lease()).isEqualTo(7);
        assertThat(sorted.value()).isEqualTo(Bytes.EMPTY);
    }

    @Test
    void aTargetWithoutAnOrderSortsWhatTheLimitLetThrough() {
        fixture.put("c", "1");
        fixture.put("b", "1");
        fixture.put("a", "1");
        RangeRequest.Builder request = RangeRequest.builder(ALL).limit(1);
        assertThat(keys(request.sort(SortTarget.MOD, SortOrder.NONE))).containsExactly("b");
        assertThat(keys(request.sort(SortTarget.MOD, SortOrder.ASCEND))).containsExactly("c");
        assertThat(keys(request.sort(SortTarget.MOD, SortOrder.DESCEND))).containsExactly("a");
    }

    private List<String> keys(RangeRequest.Builder request) {
        return fixture.store.range(request.build()).kvs().stream()
                .map(kv -> kv.key().toUtf8())
                .toList();
    }

    @Test
    void hashOfEverythingLeavesOutWhatDiffersBetweenMembers() {
        fixture.put("a", "1");
        int before = fixture.store.hash().hash();
        fixture.write(new WriteBatch()
                .put(Buckets.META, Buckets.CONSISTENT_INDEX, Buckets.longBytes(7))
                .put(Buckets.META, Buckets.TERM, Buckets.longBytes(2))
                .put(Buckets.META, Buckets.STORAGE_VERSION, Bytes.utf8("3.7.0")));
        assertThat(fixture.store.hash().hash()).isEqualTo(before);
        fixture.write(new WriteBatch().put(Buckets.META, Buckets.CONF_STATE, Bytes.utf8("{}")));
        assertThat(fixture.store.hash().hash()).isNotEqualTo(before);
    }

    @Test
    void readsDuringAReplacementSeeTheOldStateOrAreToldToTryAgain() {
        fixture.put("a", "1");
        fixture.put("b", "1");
        long old = fixture.store.revision();
        StoreFixture later = new StoreFixture();
        later.put("a", "1");
        later.put("b", "1");
        later.put("b", "2");
        later.apply(writer -> writer.compact(new CompactionRequest(4, false)));
        later.compactAll();
        Bytes lost = RevisionKeys.of(old, 0);
        fixture.store.writer().takeChanges();

        fixture.store.writer().replace(() -> {
            assertThat(fixture.store.whenReadable()).isNotDone();
            // What both have is read as before, what only the new one has is not seen.
            assertThat(fixture.range("a", "c").count()).isEqualTo(2);
            fixture.write(new WriteBatch().delete(Buckets.KEY, lost));
            assertThat(fixture.range("a", "b").kvs().get(0).value()).isEqualTo(Bytes.utf8("1"));
            assertThatThrownBy(() -> fixture.range("b", "c")).isInstanceOf(ReplacedException.class);
            assertThatThrownBy(() -> fixture.store.recordAt(Bytes.utf8("b"), old))
                    .isInstanceOf(ReplacedException.class);
            // What is fixed of the rows now is half of one state and half of the other.
            assertThatThrownBy(() -> fixture.store.hashKv(0)).isInstanceOf(ReplacedException.class);
            assertThatThrownBy(fixture.store::hash).isInstanceOf(ReplacedException.class);
            assertThatThrownBy(fixture.store::snapshot).isInstanceOf(ReplacedException.class);
            assertThatThrownBy(() -> fixture.store.changes(2, old, change -> true))
                    .isInstanceOf(ReplacedException.class);
            copy(later, Buckets.KEY);
            copy(later, Buckets.META);
        });

        assertThat(fixture.store.whenReadable()).isDone();
        assertThat(fixture.store.revision()).isEqualTo(4);
        assertThat(fixture.store.compactRevision()).isEqualTo(4);
        assertThat(fixture.range("b", "c").kvs().get(0).value()).isEqualTo(Bytes.utf8("2"));
        assertThat(fixture.store.hashKv(0).hash())
                .isEqualTo(later.store.hashKv(0).hash());
        assertThat(fixture.put("c", "1")).isEqualTo(5);
        assertThat(fixture.range("a", "d").count()).isEqualTo(3);
    }

    private void copy(StoreFixture from, Bucket bucket) {
        WriteBatch batch = new WriteBatch();
        try (var rows = from.engine.scan(bucket, Bytes.EMPTY, null, false)) {
            while (rows.next()) {
                batch.put(bucket, rows.key(), rows.value());
            }
        }
        fixture.write(batch);
    }

    @Test
    void aStoreWhoseReplacementHasFailedIsNotReadAnyMore() {
        fixture.put("a", "1");
        fixture.store.writer().takeChanges();
        assertThatThrownBy(() -> fixture.store.writer().replace(() -> {
                    throw new IllegalStateException("disk");
                }))
                .hasMessage("disk");
        assertThat(fixture.store.whenReadable()).isCompletedExceptionally();
        assertThatThrownBy(() -> fixture.store.hashKv(0)).isInstanceOf(ReplacedException.class);
    }

    private int rows() {
        int rows = 0;
        try (var cursor = fixture.engine.scan(Buckets.KEY, Bytes.EMPTY, null, false)) {
            while (cursor.next()) {
                rows++;
            }
        }
        return rows;
    }

    private static PutRequest put(String key, String value) {
        return PutRequest.of(Bytes.utf8(key), Bytes.utf8(value));
    }

    private static RangeRequest at(long revision) {
        return RangeRequest.builder(ALL).revision(revision).build();
    }

    private static void assertCompacted(Runnable read) {
        assertThatThrownBy(read::run)
                .isInstanceOfSatisfying(
                        EtcdException.class,
                        e -> assertThat(e.is(EtcdError.COMPACTED)).isTrue());
    }
}
