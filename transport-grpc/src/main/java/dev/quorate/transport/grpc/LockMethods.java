/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoShape;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.inbound.Elections;
import dev.quorate.api.inbound.Locks;
import dev.quorate.api.message.ResponseMessages;
import dev.quorate.api.model.CampaignResponse;
import dev.quorate.api.model.Leader;
import dev.quorate.api.model.LeaderResponse;
import dev.quorate.api.model.LockResponse;
import dev.quorate.wire.v3electionpb.V3ElectionProto;
import dev.quorate.wire.v3lockpb.V3LockProto;
import io.grpc.ServerServiceDefinition;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code v3lockpb.Lock} and {@code v3electionpb.Election}. */
final class LockMethods {
    private LockMethods() {}

    static ServerServiceDefinition of(Locks locks, CallLimits limits) {
        return new ServiceMethods(V3LockProto.getDescriptor(), "Lock", limits)
                .unary(
                        "Lock",
                        request -> {
                            Fields fields = Fields.read(request);
                            return locks.lock(fields.first, fields.number);
                        },
                        LockMethods::write)
                .unary(
                        "Unlock",
                        request -> locks.unlock(Fields.read(request).first),
                        (writer, answer) -> ResponseMessages.header(writer, 1, answer.header()))
                .build();
    }

    private static void write(ProtoWriter writer, LockResponse answer) {
        ResponseMessages.header(writer, 1, answer.header());
        writer.bytes(2, answer.key());
    }

    static ServerServiceDefinition of(Elections elections, CallLimits limits) {
        return new ServiceMethods(V3ElectionProto.getDescriptor(), "Election", limits)
                .unary(
                        "Campaign",
                        request -> {
                            Fields fields = Fields.read(request);
                            return elections.campaign(fields.first, fields.number, fields.third);
                        },
                        LockMethods::write)
                .unary(
                        "Proclaim",
                        request -> withLeader(
                                Led.read(request), led -> elections.proclaim(led.leaderOrThrow(), led.value)),
                        (writer, answer) -> ResponseMessages.header(writer, 1, answer.header()))
                .unary("Leader", request -> elections.leader(Fields.read(request).first), LockMethods::write)
                .method("Observe", new ObserveCall.Method(limits, elections))
                .unary(
                        "Resign",
                        request -> withLeader(Led.read(request), led -> elections.resign(led.leaderOrThrow())),
                        (writer, answer) -> ResponseMessages.header(writer, 1, answer.header()))
                .build();
    }

    private static <A> CompletableFuture<A> withLeader(Led led, Function<Led, CompletableFuture<A>> service) {
        return led.leader == null
                ? CompletableFuture.failedFuture(EtcdError.ELECTION_LEADER_MISSING.exception())
                : service.apply(led);
    }

    private static void write(ProtoWriter writer, CampaignResponse answer) {
        ResponseMessages.header(writer, 1, answer.header());
        int mark = writer.begin(2);
        writer.bytes(1, answer.leader().name())
                .bytes(2, answer.leader().key())
                .varint(3, answer.leader().revision())
                .varint(4, answer.leader().lease())
                .end(mark);
    }

    static void write(ProtoWriter writer, LeaderResponse answer) {
        ResponseMessages.header(writer, 1, answer.header());
        int mark = writer.begin(2);
        answer.kv().encodeTo(writer);
        writer.end(mark);
    }

    /** The shape that most of these requests have: bytes, a number, bytes. */
    record Fields(Bytes first, long number, Bytes third) {
        private static final ProtoShape SHAPE = ProtoShape.ofBytes(1, 3).numbers(2);

        static Fields read(ProtoReader reader) {
            Bytes first = Bytes.EMPTY;
            long number = 0;
            Bytes third = Bytes.EMPTY;
            while (reader.next(SHAPE)) {
                switch (reader.field()) {
                    case 1 -> first = reader.bytes();
                    case 2 -> number = reader.varint();
                    case 3 -> third = reader.bytes();
                    default -> reader.skip();
                }
            }
            return new Fields(first, number, third);
        }
    }

    /** A request of a leader: who leads, and perhaps what to proclaim. */
    private record Led(@Nullable Leader leader, Bytes value) {
        private static final ProtoShape SHAPE = ProtoShape.ofBytes(1, 2);
        private static final ProtoShape LEADER = ProtoShape.ofBytes(1, 2).numbers(3, 4);

        static Led read(ProtoReader reader) {
            Leader leader = null;
            Bytes value = Bytes.EMPTY;
            while (reader.next(SHAPE)) {
                switch (reader.field()) {
                    case 1 -> leader = leader(reader.message());
                    case 2 -> value = reader.bytes();
                    default -> reader.skip();
                }
            }
            return new Led(leader, value);
        }

        private static Leader leader(ProtoReader reader) {
            Bytes name = Bytes.EMPTY;
            Bytes key = Bytes.EMPTY;
            long revision = 0;
            long lease = 0;
            while (reader.next(LEADER)) {
                switch (reader.field()) {
                    case 1 -> name = reader.bytes();
                    case 2 -> key = reader.bytes();
                    case 3 -> revision = reader.varint();
                    case 4 -> lease = reader.varint();
                    default -> reader.skip();
                }
            }
            return new Leader(name, key, revision, lease);
        }

        Leader leaderOrThrow() {
            if (leader == null) {
                throw EtcdError.ELECTION_LEADER_MISSING.exception();
            }
            return leader;
        }
    }
}
