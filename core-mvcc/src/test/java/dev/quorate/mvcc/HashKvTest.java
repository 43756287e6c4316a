/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.HashKvResponse;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.TxnRequest;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.RevisionKeys;
import dev.quorate.txn.Txns;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hashes that a real etcd 3.7.1 gave after the same history. */
class HashKvTest {
    private final StoreFixture fixture = new StoreFixture();

    @Test
    void hashesAnEmptyStore() {
        assertHash(0, 1084519789L, -1, 1);
    }

    @Test
    void hashesOneKeyWithALease() {
        fixture.leases.grant(1);
        fixture.apply(writer -> writer.put(
                PutRequest.of(Bytes.utf8("test-key"), Bytes.utf8("test-value")).withLease(1)));
        assertHash(0, 645561629L, -1, 2);
    }

    @Test
    void agreesWithEtcdThroughAHistoryOfCompactions() {
        fixture.put("a", "1");
        fixture.put("b", "2");
        fixture.put("a", "3");
        assertHash(0, 2069675932L, -1, 4);
        assertHash(1, 1084519789L, -1, 1);
        assertHash(2, 2587454935L, -1, 2);
        assertHash(3, 1827592406L, -1, 3);
        delete("b", "");
        fixture.put("b", "4");
        fixture.put("c", "5");
        fixture.apply(writer -> Txns.write(
                writer,
                new TxnRequest(
                        List.of(),
                        List.of(
                                PutRequest.of(Bytes.utf8("a"), Bytes.utf8("6")),
                                PutRequest.of(Bytes.utf8("d"), Bytes.utf8("7")),
                                DeleteRangeRequest.of(KeyRange.single(Bytes.utf8("c")))),
                        List.of())));
        assertHash(5, 1125682900L, -1, 5);
        assertHash(6, 1755817298L, -1, 6);
        assertHash(7, 1960999259L, -1, 7);
        assertHash(0, 3426532321L, -1, 8);

        compact(5);
        assertHash(0, 2790010838L, 5, 8);
        assertCompacted(4);
        assertHash(5, 1125682900L, -1, 5);
        assertHash(6, 3244272178L, 5, 6);
        assertHash(7, 1861457555L, 5, 7);
        fixture.put("e", "8");
        delete("e", "");
        assertHash(9, 2970706635L, 5, 9);
        assertHash(10, 1742420987L, 5, 10);

        compact(8);
        assertHash(0, 1357444497L, 8, 10);
        assertHash(5, 1125682900L, -1, 5);
        assertCompacted(7);
        assertHash(8, 2790010838L, 5, 8);
        assertHash(9, 2283263474L, 8, 9);
        delete("a", "\0");
        assertHash(11, 1426413155L, 8, 11);

        compact(11); // every key is gone: its tombstones make the difference between these two hashes
        assertHash(0, 1084519789L, 11, 11);
        assertHash(11, 2320588862L, 8, 11);
        assertCompacted(9);
        fixture.put("z", "9");
        assertHash(0, 1566541901L, 11, 12);
        compact(12);
        assertHash(0, 1566541901L, 12, 12);
        assertHash(12, 1566541901L, 11, 12);
    }

    @Test
    void takesACompactionToZeroAsEtcdDoes() {
        fixture.put("a", "1");
        compact(0);
        assertHash(0, 1084519789L, -1, 0); // asked for now, answered with the hash of revision 0
        assertHash(1, 1084519789L, 0, 1);
        assertHash(2, 2587454935L, 0, 2);
        assertHash(-5, 1084519789L, 0, -5);
    }

    @Test
    void agreesWithEtcdAfterEtcdutlHasRaisedTheRevision() {
        fixture.put("a", "1");
        fixture.put("b", "2");
        fixture.put("a", "3");
        delete("b", "");
        assertHash(0, 1125682900L, -1, 5);

        raise(105);
        assertHash(0, 384484898L, 105, 105);
        fixture.compactAll();
        assertHash(0, 384484898L, 105, 105);
        fixture.put("c", "4");
        assertHash(0, 2358109489L, 105, 106);
        compact(106);
        assertHash(0, 2358109489L, 106, 106);

        raise(1106); // the row of the first time goes, as an older one of the same key
        fixture.compactAll();
        assertHash(0, 3775098277L, 1106, 1106);
        fixture.put("d", "5");
        assertHash(0, 1091711477L, 1106, 1107);
        fixture.reopen();
        assertHash(0, 1091711477L, 1106, 1107);
        assertThat(fixture.range("\0", "\0").count()).isEqualTo(3);
    }

    @Test
    void agreesWithEtcdWhenTheRevisionIsRaisedAndNoKeyIsThere() {
        fixture.put("a", "1");
        fixture.put("b", "2");
        fixture.put("a", "3");
        delete("b", "");
        delete("a", "");
        assertHash(0, 2073092960L, -1, 6);

        raise(106);
        fixture.compactAll();
        assertHash(0, 647329499L, 106, 106);
        fixture.put("c", "4");
        assertHash(0, 1868423124L, 106, 107);
    }

    @Test
    void answersTheSameWhileRowsAreBeingRemoved() {
        for (int i = 0; i < 40; i++) {
            fixture.put("k" + i % 7, "v" + i);
        }
        fixture.apply(writer -> writer.compact(new CompactionRequest(30, false)));
        HashKvResponse before = fixture.store.hashKv(35);
        while (fixture.compactStep(4)) {
            assertThat(fixture.store.hashKv(35)).isEqualTo(before);
        }
        assertThat(fixture.store.hashKv(35)).isEqualTo(before);
    }

    @Test
    void keepsOnlyTheHashesOfTheNewestTenCompactions() {
        for (int i = 0; i < 12; i++) {
            compact(fixture.put("a", "v" + i));
        }
        assertCompacted(3);
        assertThat(fixture.store.hashKv(4).hashRevision()).isEqualTo(4);
    }

    @Test
    void storesNoHashOfACompactionThatBeganBeforeAnotherHadEnded() {
        for (int i = 0; i < 9; i++) {
            fixture.put("a", "v" + i);
        }
        fixture.apply(writer -> writer.compact(new CompactionRequest(4, false)));
        fixture.apply(writer -> writer.compact(new CompactionRequest(6, false)));
        fixture.compactAll();
        assertThat(fixture.store.hashKv(4).compactRevision()).isEqualTo(-1);
        assertThat(fixture.store.hashKv(6).compactRevision()).isEqualTo(6);
    }

    private void delete(String key, String end) {
        fixture.apply(
                writer -> writer.deleteRange(DeleteRangeRequest.of(new KeyRange(Bytes.utf8(key), Bytes.utf8(end)))));
    }

    /** Does what {@code etcdutl snapshot restore --bump-revision --mark-compacted} does to the rows. */
    private void raise(long revision) {
        Bytes raised = RevisionKeys.of(revision, 0);
        fixture.write(new WriteBatch()
                .put(Buckets.KEY, raised, Bytes.EMPTY)
                .put(Buckets.META, Buckets.SCHEDULED_COMPACT_REVISION, raised));
        fixture.reopen();
    }

    private void compact(long revision) {
        fixture.apply(writer -> writer.compact(new CompactionRequest(revision, false)));
        fixture.compactAll();
    }

    private void assertHash(long revision, long hash, long compactRevision, long hashRevision) {
        HashKvResponse answer = fixture.store.hashKv(revision);
        assertThat(List.of(Integer.toUnsignedLong(answer.hash()), answer.compactRevision(), answer.hashRevision()))
                .containsExactly(hash, compactRevision, hashRevision);
        assertThat(answer.header().revision()).isEqualTo(fixture.store.revision());
    }

    private void assertCompacted(long revision) {
        assertThatThrownBy(() -> fixture.store.hashKv(revision)).hasMessage(EtcdError.COMPACTED.text());
    }
}
