/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoShape;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.api.inbound.Maintenance;
import dev.quorate.api.inbound.SnapshotStream;
import dev.quorate.api.message.Numbers;
import dev.quorate.api.message.ResponseMessages;
import dev.quorate.api.model.AlarmAction;
import dev.quorate.api.model.AlarmMember;
import dev.quorate.api.model.AlarmRequest;
import dev.quorate.api.model.AlarmResponse;
import dev.quorate.api.model.AlarmType;
import dev.quorate.api.model.DowngradeAction;
import dev.quorate.api.model.DowngradeResponse;
import dev.quorate.api.model.HashKvResponse;
import dev.quorate.api.model.HashResponse;
import dev.quorate.api.model.SnapshotResponse;
import dev.quorate.api.model.StatusResponse;
import dev.quorate.wire.etcdserverpb.RpcProto;
import io.grpc.ServerServiceDefinition;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** {@code etcdserverpb.Maintenance}. */
final class MemberMethods {
    private static final ProtoShape DOWNGRADE = ProtoShape.ofBytes(2).numbers(1);
    private static final ProtoShape ALARM = ProtoShape.ofNumbers(1, 2, 3);

    private MemberMethods() {}

    static ServerServiceDefinition of(Maintenance maintenance, CallLimits limits, Executor pool) {
        return new ServiceMethods(RpcProto.getDescriptor(), "Maintenance", limits)
                .unary("Alarm", request -> maintenance.alarm(alarm(request)), MemberMethods::write)
                .unary("Status", ServiceMethods.ofNothing(maintenance::status), MemberMethods::write)
                .unary("Defragment", ServiceMethods.ofNothing(maintenance::defragment), (writer, done) -> {})
                .unary("Hash", ServiceMethods.ofNothing(maintenance::hash), MemberMethods::write)
                .unary("HashKV", request -> maintenance.hashKv(LeaseMethods.id(request)), MemberMethods::write)
                .unary("MoveLeader", request -> maintenance.moveLeader(LeaseMethods.id(request)), (writer, done) -> {})
                .unary("Downgrade", request -> downgrade(maintenance, request), MemberMethods::write)
                .method(
                        "Snapshot",
                        new PieceCall.Method(
                                limits, request -> maintenance.snapshot().thenApply(SnapshotPieces::new), pool))
                .build();
    }

    /**
     * A snapshot as it is sent.
     *
     * @param stream makes it
     */
    private record SnapshotPieces(SnapshotStream stream) implements PieceCall.Pieces {
        @Override
        public @Nullable Bytes next() {
            SnapshotResponse piece = stream.next();
            if (piece == null) {
                return null;
            }
            int overhead = 64;
            ProtoWriter writer = new ProtoWriter(overhead + piece.blob().length());
            writer.varint(2, piece.remainingBytes()).bytes(3, piece.blob()).string(4, piece.version());
            return writer.toBytes();
        }

        @Override
        public void close() {
            stream.close();
        }
    }

    private static CompletableFuture<DowngradeResponse> downgrade(Maintenance maintenance, ProtoReader reader) {
        DowngradeAction action = DowngradeAction.VALIDATE;
        String version = "";
        while (reader.next(DOWNGRADE)) {
            switch (reader.field()) {
                case 1 -> action = action(reader.varint());
                case 2 -> version = reader.string();
                default -> reader.skip();
            }
        }
        return maintenance.downgrade(action, version);
    }

    private static DowngradeAction action(long number) {
        return number >= 0 && number < DowngradeAction.UNRECOGNIZED.ordinal()
                ? DowngradeAction.values()[(int) number]
                : DowngradeAction.UNRECOGNIZED;
    }

    private static void write(ProtoWriter writer, DowngradeResponse answer) {
        ResponseMessages.header(writer, 1, answer.header());
        writer.string(2, answer.version());
    }

    private static AlarmRequest alarm(ProtoReader reader) {
        AlarmAction action = AlarmAction.GET;
        long member = 0;
        AlarmType type = AlarmType.NONE;
        while (reader.next(ALARM)) {
            switch (reader.field()) {
                case 1 -> action = Numbers.alarmAction(reader.varint());
                case 2 -> member = reader.varint();
                case 3 -> type = Numbers.alarmType(reader.varint());
                default -> reader.skip();
            }
        }
        return new AlarmRequest(action, member, type);
    }

    private static void write(ProtoWriter writer, AlarmResponse answer) {
        ResponseMessages.header(writer, 1, answer.header());
        for (AlarmMember alarm : answer.alarms()) {
            int mark = writer.begin(2);
            writer.varint(1, alarm.memberId())
                    .varint(2, alarm.alarm().ordinal())
                    .end(mark);
        }
    }

    private static void write(ProtoWriter writer, StatusResponse answer) {
        ResponseMessages.header(writer, 1, answer.header());
        writer.string(2, answer.version())
                .varint(3, answer.dbSizeBytes())
                .varint(4, answer.leader())
                .varint(5, answer.raftIndex())
                .varint(6, answer.raftTerm())
                .varint(7, answer.raftAppliedIndex());
        answer.errors().forEach(error -> writer.stringAlways(8, error));
        writer.varint(9, answer.dbSizeInUseBytes())
                .bool(10, answer.learner())
                .string(11, answer.storageVersion())
                .varint(12, answer.dbSizeQuotaBytes());
        int mark = writer.begin(13);
        writer.bool(1, answer.downgrade().enabled())
                .string(2, answer.downgrade().targetVersion())
                .end(mark);
    }

    private static void write(ProtoWriter writer, HashResponse answer) {
        ResponseMessages.header(writer, 1, answer.header());
        writer.varint(2, answer.hash() & 0xFFFF_FFFFL);
    }

    private static void write(ProtoWriter writer, HashKvResponse answer) {
        ResponseMessages.header(writer, 1, answer.header());
        writer.varint(2, answer.hash() & 0xFFFF_FFFFL)
                .varint(3, answer.compactRevision())
                .varint(4, answer.hashRevision());
    }
}
