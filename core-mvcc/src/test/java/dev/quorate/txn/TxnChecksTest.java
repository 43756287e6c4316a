/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.model.Compare;
import dev.quorate.api.model.CompareResult;
import dev.quorate.api.model.CompareTarget;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.EmptyOp;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RequestOp;
import dev.quorate.api.model.SortOrder;
import dev.quorate.api.model.SortTarget;
import dev.quorate.api.model.TxnRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is refused before it is proposed, and with which words. */
class TxnChecksTest {
    private static final Bytes KEY = Bytes.utf8("k");
    private static final PutRequest PUT = PutRequest.of(KEY, KEY);

    private final TxnChecks checks = new TxnChecks(4);

    @Test
    void refusesEmptyKeysEverywhere() {
        assertRefused(() -> checks.check(RangeRequest.of(Bytes.EMPTY)), EtcdError.EMPTY_KEY);
        assertRefused(() -> checks.check(PutRequest.of(Bytes.EMPTY, KEY)), EtcdError.EMPTY_KEY);
        assertRefused(
                () -> checks.check(DeleteRangeRequest.of(new KeyRange(Bytes.EMPTY, KeyRange.FROM_KEY))),
                EtcdError.EMPTY_KEY);
        Compare compare = Compare.number(Bytes.EMPTY, CompareTarget.MOD, CompareResult.EQUAL, 0);
        assertRefused(() -> checks.check(new TxnRequest(List.of(compare), List.of(), List.of())), EtcdError.EMPTY_KEY);
        assertRefused(() -> checks.check(failure(txn(PutRequest.of(Bytes.EMPTY, KEY)))), EtcdError.EMPTY_KEY);
    }

    @Test
    void refusesSortsThatAreNone() {
        RangeRequest.Builder range = RangeRequest.builder(KeyRange.single(KEY));
        assertRefused(
                () -> checks.check(
                        range.sort(SortTarget.UNRECOGNIZED, SortOrder.NONE).build()),
                EtcdError.INVALID_SORT_OPTION);
        assertRefused(
                () -> checks.check(
                        txn(range.sort(SortTarget.KEY, SortOrder.UNRECOGNIZED).build())),
                EtcdError.INVALID_SORT_OPTION);
    }

    @Test
    void refusesSortsAndFiltersOfStreams() {
        RangeRequest.Builder range = RangeRequest.builder(KeyRange.single(KEY));
        checks.checkStream(range.sort(SortTarget.KEY, SortOrder.ASCEND).build());
        checks.checkStream(range.sort(SortTarget.MOD, SortOrder.NONE).build());
        assertRefused(
                () -> checks.checkStream(
                        range.sort(SortTarget.MOD, SortOrder.ASCEND).build()),
                EtcdError.STREAM_SORT_UNSUPPORTED);
        assertRefused(
                () -> checks.checkStream(range.sort(SortTarget.KEY, SortOrder.DESCEND)
                        .modRevisions(1, 0)
                        .build()),
                EtcdError.STREAM_SORT_UNSUPPORTED);
        assertRefused(
                () -> checks.checkStream(
                        range.sort(SortTarget.KEY, SortOrder.NONE).build()),
                EtcdError.STREAM_FILTER_UNSUPPORTED);
        assertRefused(() -> checks.checkStream(RangeRequest.of(Bytes.EMPTY)), EtcdError.EMPTY_KEY);
    }

    @Test
    void refusesPutsThatGiveWhatTheyIgnore() {
        assertRefused(() -> checks.check(new PutRequest(KEY, KEY, 0, false, true, false)), EtcdError.VALUE_PROVIDED);
        assertRefused(
                () -> checks.check(new PutRequest(KEY, Bytes.EMPTY, 1, false, false, true)), EtcdError.LEASE_PROVIDED);
        checks.check(new PutRequest(KEY, Bytes.EMPTY, 0, false, true, true));
    }

    @Test
    void refusesOperationsThatSayNothing() {
        assertRefused(() -> checks.check(txn(new EmptyOp())), EtcdError.KEY_NOT_FOUND);
        assertRefused(() -> checks.check(failure(txn(new EmptyOp()))), EtcdError.KEY_NOT_FOUND);
    }

    @Test
    void countsTheWidestListAndTakesItFromTheBudgetOfNestedOnes() {
        RangeRequest range = RangeRequest.of(KEY);
        checks.check(new TxnRequest(List.of(), Collections.nCopies(4, range), List.of()));
        assertRefused(
                () -> checks.check(new TxnRequest(List.of(), Collections.nCopies(5, range), List.of())),
                EtcdError.TOO_MANY_OPS);
        Compare compare = Compare.number(KEY, CompareTarget.MOD, CompareResult.EQUAL, 0);
        assertRefused(
                () -> checks.check(new TxnRequest(Collections.nCopies(5, compare), List.of(), List.of())),
                EtcdError.TOO_MANY_OPS);
        assertRefused(
                () -> checks.check(new TxnRequest(List.of(), List.of(), Collections.nCopies(5, range))),
                EtcdError.TOO_MANY_OPS);
        TxnRequest three = new TxnRequest(List.of(), Collections.nCopies(3, range), List.of());
        TxnRequest four = new TxnRequest(List.of(), Collections.nCopies(4, range), List.of());
        checks.check(txn(three));
        assertRefused(() -> checks.check(txn(four)), EtcdError.TOO_MANY_OPS);
        assertRefused(() -> checks.check(failure(txn(three, range))), EtcdError.TOO_MANY_OPS);
        checks.check(txn(txn(txn(txn(range)))));
        assertRefused(() -> checks.check(txn(txn(txn(txn(txn(range)))))), EtcdError.TOO_MANY_OPS);
    }

    @Test
    void ruleOfDuplicatesIsThatOfEtcd() throws IOException {
        TxnChecks wide = new TxnChecks(128);
        int checked = 0;
        for (String line : resource().lines().toList()) {
            if (line.startsWith("#")) {
                continue;
            }
            int blank = line.indexOf(' ');
            TxnRequest txn = new Notation(line.substring(blank + 1)).txn();
            boolean duplicate = false;
            try {
                wide.check(txn);
            } catch (EtcdException e) {
                assertThat(e.is(EtcdError.DUPLICATE_KEY)).isTrue();
                duplicate = true;
            }
            assertThat(duplicate ? "duplicate" : "ok").as(line).isEqualTo(line.substring(0, blank));
            checked++;
        }
        assertThat(checked).isEqualTo(600);
    }

    @Test
    void manyNestedPutsAndDeletionsTakeNoQuadraticTime() {
        List<RequestOp> outer = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            List<RequestOp> inner = new ArrayList<>();
            for (int j = 0; j < 32; j++) {
                Bytes key = Bytes.utf8(i + "/" + j);
                inner.add(j % 2 == 0 ? PutRequest.of(key, KEY) : DeleteRangeRequest.of(KeyRange.single(key)));
            }
            outer.add(new TxnRequest(List.of(), inner, inner));
        }
        assertThatCode(() -> new TxnChecks(128).check(new TxnRequest(List.of(), outer, outer)))
                .doesNotThrowAnyException();
    }

    private static String resource() throws IOException {
        try (InputStream in = TxnChecksTest.class.getResourceAsStream("duplicates.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static TxnRequest txn(RequestOp... ops) {
        return new TxnRequest(List.of(), List.of(ops), List.of());
    }

    private static TxnRequest failure(RequestOp... ops) {
        return new TxnRequest(List.of(), List.of(PUT), List.of(ops));
    }

    private static void assertRefused(Runnable check, EtcdError error) {
        assertThatThrownBy(check::run)
                .isInstanceOfSatisfying(
                        EtcdException.class,
                        e -> assertThat(e.is(error)).as(e.getMessage()).isTrue());
    }

    /** Reads transactions as the resource writes them. */
    private static final class Notation {
        private final String text;
        private int at;

        Notation(String text) {
            this.text = text;
        }

        TxnRequest txn() {
            List<RequestOp> success = branch();
            at++;
            List<RequestOp> failure = branch();
            at++;
            return new TxnRequest(List.of(), success, failure);
        }

        private List<RequestOp> branch() {
            List<RequestOp> ops = new ArrayList<>();
            while (at < text.length() && "|]".indexOf(text.charAt(at)) < 0) {
                if (text.charAt(at) == ' ') {
                    at++;
                } else if (text.charAt(at) == '[') {
                    at++;
                    ops.add(txn());
                } else {
                    int from = at;
                    while (at < text.length() && " |]".indexOf(text.charAt(at)) < 0) {
                        at++;
                    }
                    ops.add(op(text.substring(from, at)));
                }
            }
            return ops;
        }

        private static RequestOp op(String word) {
            Bytes key = Bytes.utf8(word.substring(2, 3));
            if (word.startsWith("p")) {
                return PutRequest.of(key, KEY);
            }
            Bytes end = word.endsWith("+")
                    ? KeyRange.FROM_KEY
                    : word.length() == 5 ? Bytes.utf8(word.substring(4)) : Bytes.EMPTY;
            return DeleteRangeRequest.of(new KeyRange(key, end));
        }
    }
}
