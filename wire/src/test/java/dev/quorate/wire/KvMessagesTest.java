/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.api.message.KvMessages;
import dev.quorate.api.model.CompareResult;
import dev.quorate.api.model.CompareTarget;
import dev.quorate.api.model.EmptyOp;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.SortOrder;
import dev.quorate.api.model.SortTarget;
import dev.quorate.wire.etcdserverpb.Compare;
import dev.quorate.wire.etcdserverpb.RequestOp;
import dev.quorate.wire.etcdserverpb.TxnRequest;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Requests of the KV service by hand against the generated classes, in both directions. */
class KvMessagesTest {
    private static <T> void hold(
            T value, MessageLite message, BiConsumer<ProtoWriter, T> write, Function<ProtoReader, T> read) {
        byte[] expected = message.toByteArray();
        ProtoWriter writer = new ProtoWriter();
        write.accept(writer, value);

        assertThat(writer.toArray()).isEqualTo(expected);
        assertThat(read.apply(new ProtoReader(expected, 0, expected.length))).isEqualTo(value);
    }

    @Test
    void rangesAreThoseOfTheGeneratedClass() {
        Seeds.each(values -> {
            RangeRequest request = values.rangeRequest();
            hold(request, Protos.of(request), KvMessages::write, KvMessages::range);
        });
    }

    @Test
    void putsAreThoseOfTheGeneratedClass() {
        Seeds.each(values -> {
            var request = values.putRequest();
            hold(request, Protos.of(request), KvMessages::write, KvMessages::put);
        });
    }

    @Test
    void deletionsAreThoseOfTheGeneratedClass() {
        Seeds.each(values -> {
            var request = values.deleteRangeRequest();
            hold(request, Protos.of(request), KvMessages::write, KvMessages::deleteRange);
        });
    }

    @Test
    void transactionsAreThoseOfTheGeneratedClass() {
        Seeds.each(values -> {
            var request = values.txnRequest();
            hold(request, Protos.of(request), KvMessages::write, KvMessages::txn);
        });
    }

    private static dev.quorate.api.model.TxnRequest decode(TxnRequest message) {
        return KvMessages.txn(new ProtoReader(Bytes.wrap(message.toByteArray())));
    }

    private static dev.quorate.api.model.Compare decode(Compare.Builder compare) {
        return decode(TxnRequest.newBuilder().addCompare(compare).build())
                .compares()
                .get(0);
    }

    @Test
    void aValueForAnotherTargetCountsAsNone() {
        assertThat(decode(Compare.newBuilder()
                                .setTarget(Compare.CompareTarget.MOD)
                                .setVersion(7))
                        .number())
                .isZero();
        assertThat(decode(Compare.newBuilder()
                                .setTarget(Compare.CompareTarget.VALUE)
                                .setVersion(7))
                        .value())
                .isEqualTo(Bytes.EMPTY);
        assertThat(decode(Compare.newBuilder()
                                .setTarget(Compare.CompareTarget.LEASE)
                                .setValue(ByteString.copyFromUtf8("x")))
                        .number())
                .isZero();
        assertThat(decode(Compare.newBuilder().setTarget(Compare.CompareTarget.CREATE))
                        .number())
                .isZero();
    }

    @Test
    void ofSeveralValuesTheLastCounts() {
        byte[] twice = new ProtoWriter()
                .varint(2, Compare.CompareTarget.MOD_VALUE)
                .varint(6, 5)
                .varint(4, 9)
                .toArray();

        assertThat(decode(TxnRequest.newBuilder().addCompare(parsed(twice)).build())
                        .compares()
                        .get(0)
                        .number())
                .isZero();
        ProtoWriter txn = new ProtoWriter().bytesAlways(1, twice, 0, twice.length);
        assertThat(KvMessages.txn(new ProtoReader(txn.toBytes()))
                        .compares()
                        .get(0)
                        .number())
                .isZero();
    }

    private static Compare parsed(byte[] bytes) {
        try {
            return Compare.parseFrom(bytes);
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void numbersWithoutANameAreKeptApart() {
        assertThat(decode(Compare.newBuilder().setTargetValue(77).setResultValue(-1)))
                .satisfies(compare -> {
                    assertThat(compare.target()).isEqualTo(CompareTarget.UNRECOGNIZED);
                    assertThat(compare.result()).isEqualTo(CompareResult.UNRECOGNIZED);
                });
        byte[] range = dev.quorate.wire.etcdserverpb.RangeRequest.newBuilder()
                .setSortOrderValue(3)
                .setSortTargetValue(Integer.MIN_VALUE)
                .build()
                .toByteArray();
        assertThat(KvMessages.range(new ProtoReader(range, 0, range.length))).satisfies(request -> {
            assertThat(request.sortOrder()).isEqualTo(SortOrder.UNRECOGNIZED);
            assertThat(request.sortTarget()).isEqualTo(SortTarget.UNRECOGNIZED);
        });
    }

    @Test
    void anOperationOfNoKindIsEmpty() {
        assertThat(decode(TxnRequest.newBuilder()
                                .addSuccess(RequestOp.getDefaultInstance())
                                .build())
                        .success())
                .containsExactly(new EmptyOp());
    }

    @Test
    void unknownFieldsArePassedOver() {
        ProtoWriter writer = new ProtoWriter().varint(900, 1).string(901, "x");
        KvMessages.write(writer, dev.quorate.api.model.PutRequest.of(Bytes.utf8("k"), Bytes.utf8("v")));
        writer.varint(902, 1);

        assertThat(KvMessages.put(new ProtoReader(writer.toBytes())))
                .isEqualTo(dev.quorate.api.model.PutRequest.of(Bytes.utf8("k"), Bytes.utf8("v")));
    }

    @Test
    void transactionsNestedWithoutEndAreRefused() {
        Bytes nested = Bytes.EMPTY;
        for (int depth = 0; depth < 3000; depth++) {
            Bytes op = new ProtoWriter().bytesAlways(4, nested).toBytes();
            nested = new ProtoWriter().bytesAlways(2, op).toBytes();
        }
        Bytes deep = nested;

        assertThatThrownBy(() -> KvMessages.txn(new ProtoReader(deep))).isInstanceOf(MalformedProtoException.class);
    }
}
