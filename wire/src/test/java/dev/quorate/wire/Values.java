/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.wire;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.AlarmAction;
import dev.quorate.api.model.AlarmMember;
import dev.quorate.api.model.AlarmRequest;
import dev.quorate.api.model.AlarmType;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.model.Compare;
import dev.quorate.api.model.CompareResult;
import dev.quorate.api.model.CompareTarget;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.DeleteRangeResponse;
import dev.quorate.api.model.EmptyOp;
import dev.quorate.api.model.EventType;
import dev.quorate.api.model.Events;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.model.KeyValues;
import dev.quorate.api.model.LeaseGrantRequest;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.PutResponse;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.RequestOp;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.model.ResponseOp;
import dev.quorate.api.model.SortOrder;
import dev.quorate.api.model.SortTarget;
import dev.quorate.api.model.TxnRequest;
import dev.quorate.api.model.TxnResponse;
import dev.quorate.api.model.WatchResponse;
import dev.quorate.schema.Command;
import dev.quorate.schema.CommandHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Random values: often zero or empty, sometimes of every size that an encoding tells apart. */
final class Values {
    private static final int DEPTH_MAX = 4;

    private final Random random;

    Values(Random random) {
        this.random = random;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean truth() {
        return random.nextBoolean();
    }

    long number() {
        return switch (random.nextInt(6)) {
            case 0, 1 -> 0;
            case 2 -> random.nextInt(300);
            case 3 -> random.nextLong() >>> random.nextInt(64);
            case 4 -> -random.nextInt(3);
            default -> random.nextLong();
        };
    }

    Bytes bytes() {
        byte[] array = new byte
                [switch (random.nextInt(8)) {
                    case 0, 1 -> 0;
                    case 2 -> 120 + random.nextInt(20);
                    case 3 -> random.nextInt(20) == 0 ? 16_300 + random.nextInt(200) : 300;
                    default -> random.nextInt(20);
                }];
        random.nextBytes(array);
        return Bytes.wrap(array);
    }

    String text() {
        return random.nextInt(3) == 0
                ? ""
                : random.ints(random.nextInt(20), ' ', 0x2000)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    <T> List<T> list(int max, Supplier<T> element) {
        List<T> list = new ArrayList<>();
        for (int left = random.nextInt(max + 1); left > 0; left--) {
            list.add(element.get());
        }
        return list;
    }

    /** One of the constants that have a number. */
    private <E extends Enum<E>> E known(E[] constants) {
        return constants[random.nextInt(constants.length - 1)];
    }

    KeyRange range() {
        return new KeyRange(bytes(), bytes());
    }

    RangeRequest rangeRequest() {
        return new RangeRequest(
                range(),
                number(),
                number(),
                known(SortOrder.values()),
                known(SortTarget.values()),
                truth(),
                truth(),
                truth(),
                number(),
                number(),
                number(),
                number());
    }

    PutRequest putRequest() {
        return new PutRequest(bytes(), bytes(), number(), truth(), truth(), truth());
    }

    DeleteRangeRequest deleteRangeRequest() {
        return new DeleteRangeRequest(range(), truth());
    }

    Compare compare() {
        CompareTarget target = known(CompareTarget.values());
        boolean value = target == CompareTarget.VALUE;
        return new Compare(
                target, known(CompareResult.values()), range(), value ? 0 : number(), value ? bytes() : Bytes.EMPTY);
    }

    TxnRequest txnRequest() {
        return txnRequest(0);
    }

    private TxnRequest txnRequest(int depth) {
        return new TxnRequest(list(3, this::compare), list(4, () -> requestOp(depth)), list(4, () -> requestOp(depth)));
    }

    private RequestOp requestOp(int depth) {
        return switch (random.nextInt(depth < DEPTH_MAX ? 6 : 4)) {
            case 0 -> rangeRequest();
            case 1 -> putRequest();
            case 2 -> deleteRangeRequest();
            case 3 -> new EmptyOp();
            default -> txnRequest(depth + 1);
        };
    }

    ResponseHeader header() {
        return new ResponseHeader(number(), number(), number(), number());
    }

    KeyValue keyValue() {
        return new KeyValue(bytes(), number(), number(), number(), bytes(), number());
    }

    private @Nullable KeyValue maybeKeyValue() {
        return truth() ? keyValue() : null;
    }

    RangeResponse rangeResponse() {
        return new RangeResponse(header(), KeyValues.of(list(5, this::keyValue)), truth(), number());
    }

    PutResponse putResponse() {
        return new PutResponse(header(), maybeKeyValue());
    }

    DeleteRangeResponse deleteRangeResponse() {
        return new DeleteRangeResponse(header(), number(), KeyValues.of(list(5, this::keyValue)));
    }

    TxnResponse txnResponse() {
        return txnResponse(0);
    }

    private TxnResponse txnResponse(int depth) {
        return new TxnResponse(header(), truth(), list(4, () -> responseOp(depth)));
    }

    private ResponseOp responseOp(int depth) {
        return switch (random.nextInt(depth < DEPTH_MAX ? 5 : 3)) {
            case 0 -> rangeResponse();
            case 1 -> putResponse();
            case 2 -> deleteRangeResponse();
            default -> txnResponse(depth + 1);
        };
    }

    WatchResponse watchResponse() {
        return new WatchResponse(
                header(),
                number(),
                truth(),
                truth(),
                number(),
                text(),
                truth(),
                Events.ofEncoded(list(5, this::encodedEvent)));
    }

    private Bytes encodedEvent() {
        return Events.encode(
                truth() ? EventType.PUT : EventType.DELETE,
                keyValue().encode(),
                truth() ? keyValue().encode() : null);
    }

    AlarmMember alarmMember() {
        return new AlarmMember(number(), known(AlarmType.values()));
    }

    CommandHeader commandHeader() {
        return new CommandHeader(number(), text(), number());
    }

    Command command() {
        return switch (random.nextInt(12)) {
            case 0 -> new Command.Range(rangeRequest());
            case 1 -> new Command.Put(putRequest());
            case 2 -> new Command.DeleteRange(deleteRangeRequest());
            case 3 -> new Command.Txn(txnRequest());
            case 4 -> new Command.Compaction(new CompactionRequest(number(), truth()));
            case 5 -> new Command.LeaseGrant(new LeaseGrantRequest(number(), number()));
            case 6 -> new Command.LeaseRevoke(number());
            case 7 -> new Command.LeaseCheckpoint(list(4, () -> new Command.Checkpoint(number(), number())));
            case 8 ->
                new Command.Alarm(new AlarmRequest(known(AlarmAction.values()), number(), known(AlarmType.values())));
            case 9 -> new Command.ClusterVersionSet(text());
            case 10 -> new Command.ClusterMemberAttrSet(number(), text(), list(3, this::text));
            default -> new Command.DowngradeInfoSet(truth(), text());
        };
    }
}
