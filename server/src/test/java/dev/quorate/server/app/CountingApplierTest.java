/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.model.Compare;
import dev.quorate.api.model.CompareResult;
import dev.quorate.api.model.CompareTarget;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.DeleteRangeResponse;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.KeyValues;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.PutResponse;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.model.TxnRequest;
import dev.quorate.api.model.TxnResponse;
import dev.quorate.api.platform.Clock;
import dev.quorate.api.platform.Metrics;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.schema.Command;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class CountingApplierTest {
    private static final ResponseHeader HEADER = ResponseHeader.ofRevision(5);
    private static final PutRequest PUT = PutRequest.of(Bytes.utf8("key"), Bytes.utf8("value"));
    private static final DeleteRangeRequest DELETE = DeleteRangeRequest.of(KeyRange.single(Bytes.utf8("key")));
    private static final RangeRequest RANGE = RangeRequest.of(Bytes.utf8("key"));

    private final Map<String, Double> seen = new TreeMap<>();
    private final Map<String, DoubleSupplier> gauges = new TreeMap<>();
    private final AtomicLong now = new AtomicLong();
    private Object answer = new Object();

    private final Metrics metrics = new Metrics() {
        @Override
        public Counter counter(String name, String help, String... labels) {
            return amount -> {
                if (amount > 0) {
                    seen.merge(name, amount, Double::sum);
                }
            };
        }

        @Override
        public void gauge(String name, String help, DoubleSupplier value, String... labels) {
            gauges.put(name, value);
        }

        @Override
        public Histogram histogram(String name, String help, double[] buckets, String... labels) {
            return value -> seen.merge(name + List.of(labels), value, Double::sum);
        }
    };
    private final OperationCounts counts = new OperationCounts(metrics);
    private final CountingApplier applier = new CountingApplier(
            (command, batch) -> {
                now.addAndGet(500_000_000);
                if (answer instanceof RuntimeException refusal) {
                    throw refusal;
                }
                return answer;
            },
            counts,
            new Clock() {
                @Override
                public long monotonicNanos() {
                    return now.get();
                }

                @Override
                public long wallMillis() {
                    return 0;
                }
            },
            metrics);

    private void apply(Command command) {
        applier.apply(command, new WriteBatch());
    }

    private double count(String what) {
        return seen.getOrDefault("etcd_mvcc_" + what + "_total", 0.0);
    }

    @Test
    void countsAPutItsBytesAndItsTime() {
        apply(new Command.Put(PUT));

        assertThat(count("put")).isEqualTo(1);
        assertThat(gauges.values())
                .singleElement()
                .extracting(DoubleSupplier::getAsDouble)
                .isEqualTo(8.0);
        assertThat(seen).containsEntry("etcd_server_apply_duration_seconds[version, v3, op, Put, success, true]", 0.5);
    }

    @Test
    void countsNothingThatWasRefused() {
        answer = EtcdError.LEASE_NOT_FOUND.exception();

        assertThatThrownBy(() -> apply(new Command.Put(PUT))).isSameAs(answer);
        assertThat(seen)
                .containsExactly(
                        Map.entry("etcd_server_apply_duration_seconds[version, v3, op, Put, success, false]", 0.5));
    }

    @Test
    void countsTheBranchThatWasTakenNestedOnesToo() {
        TxnRequest nested = new TxnRequest(List.of(), List.of(DELETE), List.of(PUT, PUT));
        PutResponse put = new PutResponse(HEADER, null);
        answer = new TxnResponse(
                HEADER,
                true,
                List.of(
                        put,
                        new RangeResponse(HEADER, KeyValues.EMPTY, false, 0),
                        new TxnResponse(HEADER, false, List.of(put, put))));
        apply(new Command.Txn(new TxnRequest(List.of(), List.of(PUT, RANGE, nested), List.of(DELETE))));

        assertThat(count("put")).isEqualTo(3);
        assertThat(count("range")).isEqualTo(1);
        assertThat(count("delete")).isZero();
        assertThat(count("txn")).isEqualTo(1);
    }

    @Test
    void countsATransactionOnlyIfItDoesMoreThanOneThing() {
        answer = new TxnResponse(HEADER, true, List.of(new DeleteRangeResponse(HEADER, 1, KeyValues.EMPTY)));
        apply(new Command.Txn(new TxnRequest(List.of(), List.of(DELETE), List.of())));

        assertThat(count("delete")).isEqualTo(1);
        assertThat(count("txn")).isZero();
    }

    @Test
    void countsLooksAtPreviousValuesAndComparisonsAsRanges() {
        Compare exists = Compare.number(Bytes.utf8("key"), CompareTarget.VERSION, CompareResult.GREATER, 0);
        PutRequest keeping = new PutRequest(Bytes.utf8("key"), Bytes.EMPTY, 0, false, true, false);
        answer = new TxnResponse(HEADER, true, List.of(new PutResponse(HEADER, null)));
        apply(new Command.Txn(new TxnRequest(List.of(exists, exists), List.of(keeping), List.of())));

        assertThat(count("range")).isEqualTo(3);
        assertThat(count("txn"))
                .as("the comparisons, and the put that looks back")
                .isEqualTo(2);

        answer = new TxnResponse(HEADER, true, List.of(new RangeResponse(HEADER, KeyValues.EMPTY, false, 0)));
        counts.txn(new TxnRequest(List.of(exists), List.of(RANGE), List.of()), (TxnResponse) answer, true);
        assertThat(count("range")).isEqualTo(5);
        assertThat(count("txn"))
                .as("one more, since a read compares and reads in one")
                .isEqualTo(3);
    }

    @Test
    void takesACompactionOfWhatIsCompactedForASuccess() {
        answer = EtcdError.COMPACTED.exception();

        assertThatThrownBy(() -> apply(new Command.Compaction(new CompactionRequest(1, false))))
                .isSameAs(answer);
        assertThat(seen)
                .containsExactly(Map.entry(
                        "etcd_server_apply_duration_seconds[version, v3, op, Compaction, success, true]", 0.5));
    }
}
