/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.model.Compare;
import dev.quorate.api.model.CompareResult;
import dev.quorate.api.model.CompareTarget;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.DeleteRangeResponse;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.PutResponse;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.RequestOp;
import dev.quorate.api.model.TxnRequest;
import dev.quorate.api.model.TxnResponse;
import dev.quorate.mvcc.RevisionChanges;
import dev.quorate.mvcc.StoreFixture;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions where etcd's answers surprise; they were observed on a real etcd 3.7.1 unless it dies of them. */
class TxnsTest {
    private final StoreFixture fixture = new StoreFixture();

    @BeforeEach
    void storeTwoKeys() {
        fixture.put("a", "1");
        fixture.put("b", "2");
        fixture.store.writer().takeChanges();
    }

    @Test
    void nestedAnswersTellNoRevisionOfTheirOwn() {
        TxnResponse answer = write(put("c", "3"), txn(range("a", ""), put("d", "4")));
        assertThat(answer.header().revision()).isEqualTo(4);
        TxnResponse nested = (TxnResponse) answer.responses().get(1);
        assertThat(nested.header().revision()).isZero();
        assertThat(nested.responses().get(0))
                .isInstanceOfSatisfying(
                        RangeResponse.class,
                        range -> assertThat(range.header().revision()).isEqualTo(4));
    }

    @Test
    void rangesSeeWhatTheTransactionDidBefore() {
        TxnResponse answer = write(range("c", ""), put("c", "3"), range("c", ""), range("a", "\0"));
        assertThat(((RangeResponse) answer.responses().get(0)).header().revision())
                .isEqualTo(3);
        assertThat(((RangeResponse) answer.responses().get(2)).kvs()).hasSize(1);
        assertThat(((RangeResponse) answer.responses().get(3)).count()).isEqualTo(3);
    }

    @Test
    void comparesOfNestedTransactionsSeeTheStateBefore() {
        TxnRequest nested = new TxnRequest(List.of(version("c", 0)), List.of(put("d", "nothing was there")), List.of());
        TxnResponse answer = write(put("c", "3"), nested);
        assertThat(((TxnResponse) answer.responses().get(1)).succeeded()).isTrue();
    }

    @Test
    void deletionFromAKeyOnAndPutOfSuchAKeyHappenInTheirOrder() {
        TxnResponse answer =
                write(delete("a", "\0"), new PutRequest(Bytes.utf8("b"), Bytes.utf8("x"), 0, true, false, false));
        assertThat(((DeleteRangeResponse) answer.responses().get(0)).deleted()).isEqualTo(2);
        assertThat(((PutResponse) answer.responses().get(1)).prevKv()).isNull();
        assertThat(fixture.range("a", "\0").kvs())
                .containsExactly(new KeyValue(Bytes.utf8("b"), 4, 4, 1, Bytes.utf8("x"), 0));
    }

    @Test
    void putThatKeepsTheValueOfAKeyDeletedBeforeItIsRefusedAsAWhole() {
        // A real etcd 3.7.1 dies of each of these, on every member, and again at every start.
        PutRequest keepsValue = new PutRequest(Bytes.utf8("b"), Bytes.EMPTY, 0, false, true, false);
        PutRequest keepsLease = new PutRequest(Bytes.utf8("b"), Bytes.utf8("x"), 0, false, false, true);
        for (PutRequest poison : List.of(keepsValue, keepsLease)) {
            assertRefused(EtcdError.KEY_NOT_FOUND, put("c", "3"), delete("a", "\0"), poison);
            assertRefused(EtcdError.KEY_NOT_FOUND, put("c", "3"), txn(delete("b", "\0")), txn(poison));
            assertRefused(EtcdError.KEY_NOT_FOUND, put("c", "3"), txn(txn(delete("a", "\0")), txn(poison)));
        }
    }

    @Test
    void putThatKeepsTheValueWorksOnAKeyDeletedAfterItOrPutAgain() {
        PutRequest keepsValue = new PutRequest(Bytes.utf8("b"), Bytes.EMPTY, 0, false, true, false);
        write(keepsValue, delete("c", "\0"), delete("bb", "\0"));
        assertThat(fixture.range("b", "").kvs())
                .containsExactly(new KeyValue(Bytes.utf8("b"), 3, 4, 2, Bytes.utf8("2"), 0));
        // Not past the checks of a request, but whatever comes to apply must be answered.
        write(delete("a", "\0"), put("b", "9"), keepsValue);
        assertThat(fixture.range("b", "").kvs())
                .containsExactly(new KeyValue(Bytes.utf8("b"), 5, 5, 2, Bytes.utf8("9"), 0));
    }

    @Test
    void putThatKeepsTheValueOfAKeyMadeInTheSameTransactionIsRefused() {
        PutRequest keepsValue = new PutRequest(Bytes.utf8("c"), Bytes.EMPTY, 0, false, true, false);
        assertRefused(EtcdError.KEY_NOT_FOUND, put("c", "3"), keepsValue);
    }

    @Test
    void anOperationThatCannotBeDoneLeavesNothingOfTheOthers() {
        assertRefused(EtcdError.LEASE_NOT_FOUND, put("c", "3"), put("d", "4").withLease(99));
        assertRefused(
                EtcdError.LEASE_NOT_FOUND, put("c", "3"), txn(put("d", "4").withLease(99)));
        assertRefused(EtcdError.FUTURE_REV, put("c", "3"), at("a", 4));
        fixture.apply(writer -> writer.compact(new CompactionRequest(3, false)));
        assertRefused(EtcdError.COMPACTED, put("c", "3"), txn(at("a", 2)));
        assertRefused(EtcdError.COMPACTED, put("c", "3"), at("a", -1));
    }

    @Test
    void theFirstOperationThatCannotBeDoneDecidesTheError() {
        assertRefused(EtcdError.FUTURE_REV, at("a", 9), put("d", "4").withLease(99));
        assertRefused(EtcdError.LEASE_NOT_FOUND, put("d", "4").withLease(99), at("a", 9));
    }

    @Test
    void branchesThatAreNotTakenAreNotAsked() {
        TxnRequest request = new TxnRequest(
                List.of(version("a", 1)),
                List.of(put("c", "3")),
                List.of(put("d", "4").withLease(99), at("a", 9)));
        assertThat(fixture.apply(writer -> Txns.write(writer, request)).succeeded())
                .isTrue();
    }

    @Test
    void aWholeTransactionIsOneRevisionWithPlacesInIt() {
        write(put("c", "3"), txn(delete("a", "c"), put("d", "4")), delete("x", ""));
        List<RevisionChanges> changes = fixture.store.writer().takeChanges();
        assertThat(changes).hasSize(1);
        assertThat(changes.get(0).revision()).isEqualTo(4);
        assertThat(changes.get(0).changes().stream()
                        .map(change -> change.sub() + change.key().toUtf8()))
                .containsExactly("0c", "1a", "2b", "3d");
    }

    @Test
    void aTransactionThatChangesNothingTakesNoRevision() {
        assertThat(write(range("a", ""), delete("x", "z"), txn(range("b", "")))
                        .header()
                        .revision())
                .isEqualTo(3);
        assertThat(fixture.store.revision()).isEqualTo(3);
        assertThat(fixture.store.writer().takeChanges()).isEmpty();
    }

    @Test
    void comparesWithAKeyThatIsNotThere() {
        Bytes none = Bytes.utf8("none");
        assertThat(holds(Compare.value(none, CompareResult.NOT_EQUAL, Bytes.utf8("x"))))
                .isFalse();
        assertThat(holds(Compare.value(none, CompareResult.EQUAL, Bytes.EMPTY))).isFalse();
        assertThat(holds(Compare.value(none, CompareResult.UNRECOGNIZED, Bytes.EMPTY)))
                .isFalse();
        assertThat(holds(version("none", 0))).isTrue();
        assertThat(holds(Compare.number(none, CompareTarget.LEASE, CompareResult.EQUAL, 0)))
                .isTrue();
        assertThat(holds(Compare.number(none, CompareTarget.MOD, CompareResult.LESS, 1)))
                .isTrue();
        assertThat(holds(Compare.number(none, CompareTarget.UNRECOGNIZED, CompareResult.EQUAL, 5)))
                .isTrue();
        assertThat(holds(Compare.number(none, CompareTarget.UNRECOGNIZED, CompareResult.GREATER, 5)))
                .isFalse();
        assertThat(holds(Compare.number(none, CompareTarget.VERSION, CompareResult.UNRECOGNIZED, 5)))
                .isTrue();
    }

    @Test
    void comparesHoldForARangeIfTheyHoldForEveryKeyOfIt() {
        KeyRange both = new KeyRange(Bytes.utf8("a"), KeyRange.FROM_KEY);
        assertThat(holds(new Compare(CompareTarget.VERSION, CompareResult.EQUAL, both, 1, Bytes.EMPTY)))
                .isTrue();
        assertThat(holds(new Compare(CompareTarget.MOD, CompareResult.GREATER, both, 2, Bytes.EMPTY)))
                .isFalse();
        assertThat(holds(new Compare(CompareTarget.VALUE, CompareResult.LESS, both, 0, Bytes.utf8("3"))))
                .isTrue();
    }

    @Test
    void tellsWhichTransactionsNeedNoProposal() {
        RangeRequest local = RangeRequest.builder(KeyRange.single(Bytes.utf8("a")))
                .serializable(true)
                .build();
        assertThat(Txns.isReadOnly(txn(local, range("a", "")))).isTrue();
        assertThat(Txns.isSerializable(txn(local, range("a", "")))).isFalse();
        assertThat(Txns.isSerializable(txn(local))).isTrue();
        assertThat(Txns.isReadOnly(txn())).isTrue();
        assertThat(Txns.isSerializable(txn())).isTrue();
        assertThat(Txns.isReadOnly(txn(txn(local)))).isFalse();
        assertThat(Txns.isReadOnly(new TxnRequest(List.of(), List.of(), List.of(put("a", "1")))))
                .isFalse();
    }

    @Test
    void readsWithoutAProposal() {
        TxnRequest request = new TxnRequest(List.of(version("a", 1)), List.of(range("a", ""), at("b", 3)), List.of());
        TxnResponse answer = fixture.store.read(view -> Txns.read(view, request));
        assertThat(answer.succeeded()).isTrue();
        assertThat(answer.header().revision()).isEqualTo(3);
        assertThat(answer.responses()).hasSize(2);
        assertThatThrownBy(() -> fixture.store.read(view -> Txns.read(view, txn(at("a", 4)))))
                .hasMessage(EtcdError.FUTURE_REV.text());
    }

    private boolean holds(Compare compare) {
        TxnRequest request = new TxnRequest(List.of(compare), List.of(), List.of());
        return fixture.store.read(view -> Txns.read(view, request)).succeeded();
    }

    private void assertRefused(EtcdError error, RequestOp... ops) {
        long revision = fixture.store.revision();
        RangeResponse before = fixture.range("\0", "\0");
        assertThatThrownBy(() -> write(ops))
                .isInstanceOfSatisfying(
                        EtcdException.class,
                        e -> assertThat(e.is(error)).as(e.getMessage()).isTrue());
        fixture.apply(writer -> "");
        assertThat(fixture.store.revision()).isEqualTo(revision);
        assertThat(fixture.range("\0", "\0")).isEqualTo(before);
        assertThat(fixture.store.writer().takeChanges()).isEmpty();
    }

    private TxnResponse write(RequestOp... ops) {
        return fixture.apply(writer -> Txns.write(writer, txn(ops)));
    }

    private static TxnRequest txn(RequestOp... ops) {
        return new TxnRequest(List.of(), List.of(ops), List.of());
    }

    private static PutRequest put(String key, String value) {
        return PutRequest.of(Bytes.utf8(key), Bytes.utf8(value));
    }

    private static DeleteRangeRequest delete(String key, String end) {
        return DeleteRangeRequest.of(new KeyRange(Bytes.utf8(key), Bytes.utf8(end)));
    }

    private static RangeRequest range(String key, String end) {
        return RangeRequest.of(new KeyRange(Bytes.utf8(key), Bytes.utf8(end)));
    }

    private static RangeRequest at(String key, long revision) {
        return RangeRequest.builder(KeyRange.single(Bytes.utf8(key)))
                .revision(revision)
                .build();
    }

    private static Compare version(String key, long version) {
        return Compare.number(Bytes.utf8(key), CompareTarget.VERSION, CompareResult.EQUAL, version);
    }
}
