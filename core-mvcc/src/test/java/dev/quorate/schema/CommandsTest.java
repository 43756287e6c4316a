/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.api.model.AlarmAction;
import dev.quorate.api.model.AlarmRequest;
import dev.quorate.api.model.AlarmType;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.model.Compare;
import dev.quorate.api.model.CompareResult;
import dev.quorate.api.model.CompareTarget;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.EmptyOp;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.LeaseGrantRequest;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.SortOrder;
import dev.quorate.api.model.SortTarget;
import dev.quorate.api.model.TxnRequest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Commands as bytes and back. wire's tests hold the same bytes against the generated classes. */
class CommandsTest {
    private static final Bytes KEY = Bytes.utf8("k");

    private static final CommandHeader HEADER = new CommandHeader(0x8000000000000001L, "root", 7);

    private static List<Command> commands() {
        RangeRequest range = new RangeRequest(
                new KeyRange(KEY, KeyRange.FROM_KEY),
                5,
                -1,
                SortOrder.DESCEND,
                SortTarget.VALUE,
                true,
                true,
                true,
                1,
                2,
                3,
                4);
        PutRequest put = new PutRequest(KEY, Bytes.utf8("v"), -3, true, true, true);
        DeleteRangeRequest delete = new DeleteRangeRequest(new KeyRange(KEY, Bytes.utf8("z")), true);
        TxnRequest inner = new TxnRequest(List.of(), List.of(range), List.of(new EmptyOp()));
        TxnRequest txn = new TxnRequest(
                List.of(
                        new Compare(
                                CompareTarget.LEASE, CompareResult.NOT_EQUAL, new KeyRange(KEY, KEY), -9, Bytes.EMPTY),
                        Compare.value(KEY, CompareResult.LESS, Bytes.EMPTY),
                        Compare.number(KEY, CompareTarget.VERSION, CompareResult.EQUAL, 0),
                        Compare.number(KEY, CompareTarget.CREATE, CompareResult.GREATER, 4),
                        Compare.number(KEY, CompareTarget.MOD, CompareResult.UNRECOGNIZED, 4),
                        Compare.number(KEY, CompareTarget.UNRECOGNIZED, CompareResult.EQUAL, 0)),
                List.of(put, inner, delete),
                List.of(RangeRequest.of(KEY)));
        return List.of(
                new Command.Range(range),
                new Command.Put(put),
                new Command.DeleteRange(delete),
                new Command.Txn(txn),
                new Command.Compaction(new CompactionRequest(12, true)),
                new Command.LeaseGrant(new LeaseGrantRequest(60, -5)),
                new Command.LeaseRevoke(77),
                new Command.LeaseCheckpoint(List.of(new Command.Checkpoint(1, 2), new Command.Checkpoint(0, 0))),
                new Command.Alarm(new AlarmRequest(AlarmAction.ACTIVATE, -1, AlarmType.CORRUPT)),
                new Command.ClusterVersionSet("3.7.0"),
                new Command.ClusterMemberAttrSet(-8, "default", List.of("http://a", "")),
                new Command.DowngradeInfoSet(true, "3.6.0"),
                new Command.Unknown(1100, Bytes.wrap(new byte[] {0x0a, 0x01, 0x61})),
                new Command.Unknown(0, Bytes.EMPTY));
    }

    @Test
    void everyCommandComesBack() {
        for (Command command : commands()) {
            Bytes data = Commands.encode(HEADER, command);
            assertThat(Commands.decode(data)).isEqualTo(new Commands.Decoded(HEADER, command));
            assertThat(Commands.headerId(data)).isEqualTo(HEADER.id());
        }
    }

    @Test
    void fieldsComeInTheOrderOfTheirNumbers() {
        Bytes put = Commands.encode(CommandHeader.of(3), new Command.Put(PutRequest.of(KEY, Bytes.utf8("v"))));
        assertThat(hex(put)).isEqualTo("2206" + "0a016b" + "120176" + "a20602" + "0803");
        Bytes version = Commands.encode(CommandHeader.of(3), new Command.ClusterVersionSet("3.7.0"));
        assertThat(hex(version)).isEqualTo("a20602" + "0803" + "a25107" + "0a05332e372e30");
    }

    @Test
    void whatIsComparedWithIsWrittenEvenIfItIsZero() {
        Compare compare = Compare.number(KEY, CompareTarget.VERSION, CompareResult.EQUAL, 0);
        Bytes data = Commands.encode(
                CommandHeader.of(0), new Command.Txn(new TxnRequest(List.of(compare), List.of(), List.of())));
        assertThat(hex(data)).isEqualTo("3207" + "0a05" + "1a016b" + "2000" + "a20600");
    }

    @Test
    void aValueForAnotherTargetCountsAsNone() {
        Compare expected = Compare.number(KEY, CompareTarget.VERSION, CompareResult.EQUAL, 0);
        assertThat(compareOf(new ProtoWriter().bytes(3, KEY).varint(6, 77))).isEqualTo(expected);
        assertThat(compareOf(new ProtoWriter().bytes(3, KEY).bytes(7, KEY))).isEqualTo(expected);
        assertThat(compareOf(new ProtoWriter().varint(2, 3).bytes(3, KEY).varint(6, 77)))
                .isEqualTo(Compare.value(KEY, CompareResult.EQUAL, Bytes.EMPTY));
    }

    @Test
    void theLastOfSeveralValuesCounts() {
        Compare expected = Compare.number(KEY, CompareTarget.VERSION, CompareResult.EQUAL, 0);
        assertThat(compareOf(new ProtoWriter().bytes(3, KEY).varint(4, 5).varint(5, 6)))
                .isEqualTo(expected);
    }

    private static Compare compareOf(ProtoWriter compare) {
        ProtoWriter txn = new ProtoWriter();
        int mark = txn.begin(6);
        txn.bytesAlways(1, compare.toBytes()).end(mark);
        Command command = Commands.decode(txn.toBytes()).command();
        return ((Command.Txn) command).request().compares().get(0);
    }

    @Test
    void numbersThatAreNoConstantsStandForThemselves() {
        ProtoWriter writer = new ProtoWriter();
        int mark = writer.begin(3);
        writer.bytes(1, KEY).varint(5, 9).varint(6, -1).end(mark);
        RangeRequest range = ((Command.Range) Commands.decode(writer.toBytes()).command()).request();
        assertThat(range.sortOrder()).isEqualTo(SortOrder.UNRECOGNIZED);
        assertThat(range.sortTarget()).isEqualTo(SortTarget.UNRECOGNIZED);
    }

    @Test
    void takesTheIdOfTheOldestVersions() {
        Bytes data =
                new ProtoWriter().varint(1, 5).bytesAlways(1000, Bytes.EMPTY).toBytes();
        assertThat(Commands.decode(data))
                .isEqualTo(new Commands.Decoded(CommandHeader.of(5), new Command.Unknown(1000, Bytes.EMPTY)));
    }

    @Test
    void deepNestingIsRefusedAndNotAnOverflow() {
        Bytes op = Bytes.EMPTY;
        for (int i = 0; i < 3000; i++) {
            Bytes txn = new ProtoWriter().bytesAlways(2, op).toBytes();
            op = new ProtoWriter().bytesAlways(4, txn).toBytes();
        }
        Bytes data = new ProtoWriter()
                .bytesAlways(6, new ProtoWriter().bytesAlways(2, op).toBytes())
                .toBytes();
        assertThatExceptionOfType(MalformedProtoException.class).isThrownBy(() -> Commands.decode(data));
    }

    @Test
    void damagedBytesAreMalformedAndNothingElse() {
        List<Bytes> good = new ArrayList<>();
        commands().forEach(command -> good.add(Commands.encode(HEADER, command)));
        Random random = new Random(5);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = good.get(random.nextInt(good.size())).toArray();
            for (int hits = random.nextInt(3); hits >= 0; hits--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            int length = random.nextBoolean() ? bytes.length : random.nextInt(bytes.length);
            Bytes damaged = Bytes.copyOf(bytes, 0, length);
            try {
                Commands.decode(damaged);
                Commands.headerId(damaged);
            } catch (MalformedProtoException e) {
                assertThat(e.getMessage()).isNotNull();
            }
        }
    }

    private static String hex(Bytes bytes) {
        return HexFormat.of().formatHex(bytes.toArray());
    }
}
