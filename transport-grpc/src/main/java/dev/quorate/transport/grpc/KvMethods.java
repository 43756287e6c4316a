/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoShape;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.inbound.Kv;
import dev.quorate.api.message.KvMessages;
import dev.quorate.api.message.ResponseMessages;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.wire.etcdserverpb.RpcProto;
import io.grpc.ServerServiceDefinition;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** {@code etcdserverpb.KV}. */
final class KvMethods {
    private static final ProtoShape COMPACTION = ProtoShape.ofNumbers(1, 2);

    private KvMethods() {}

    static ServerServiceDefinition of(Kv kv, CallLimits limits, Executor pool) {
        return new ServiceMethods(RpcProto.getDescriptor(), "KV", limits)
                .method("Range", new UnaryCall.Method<>(limits, request -> range(kv, request, limits), answer -> {
                    ProtoWriter writer = new ProtoWriter(ResponseMessages.sizeMax(answer));
                    ResponseMessages.write(writer, answer);
                    return writer.toBytes();
                }))
                .method("RangeStream", new PieceCall.Method(limits, request -> rangeStream(kv, request), pool))
                .unary("Put", request -> kv.put(KvMessages.put(request)), ResponseMessages::write)
                .unary(
                        "DeleteRange",
                        request -> kv.deleteRange(KvMessages.deleteRange(request)),
                        ResponseMessages::write)
                .unary("Txn", request -> kv.txn(KvMessages.txn(request)), ResponseMessages::write)
                .unary(
                        "Compact",
                        request -> kv.compact(compaction(request)),
                        (writer, answer) -> ResponseMessages.header(writer, 1, answer.header()))
                .build();
    }

    private static CompletableFuture<RangeResponse> range(Kv kv, ProtoReader reader, CallLimits limits) {
        RangeRequest request = KvMessages.range(reader);
        return !request.serializable() && limits.isLearner()
                ? CompletableFuture.failedFuture(EtcdError.NOT_SUPPORTED_FOR_LEARNER.exception())
                : kv.range(request);
    }

    private static CompletableFuture<PieceCall.Pieces> rangeStream(Kv kv, ProtoReader request) {
        return kv.rangeStream(KvMessages.range(request)).thenApply(stream -> () -> {
            RangeResponse piece = stream.next();
            if (piece == null) {
                return null;
            }
            ProtoWriter writer = new ProtoWriter(ResponseMessages.sizeMax(piece));
            ResponseMessages.writePiece(writer, piece, piece.header().revision() != 0);
            return writer.toBytes();
        });
    }

    private static CompactionRequest compaction(ProtoReader reader) {
        long revision = 0;
        boolean physical = false;
        while (reader.next(COMPACTION)) {
            switch (reader.field()) {
                case 1 -> revision = reader.varint();
                case 2 -> physical = reader.bool();
                default -> reader.skip();
            }
        }
        return new CompactionRequest(revision, physical);
    }
}
