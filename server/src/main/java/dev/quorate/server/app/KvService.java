/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.inbound.Kv;
import dev.quorate.api.inbound.RangeStream;
import dev.quorate.api.model.AlarmType;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.model.CompactionResponse;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.DeleteRangeResponse;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.PutResponse;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.RequestOp;
import dev.quorate.api.model.TxnRequest;
import dev.quorate.api.model.TxnResponse;
import dev.quorate.mvcc.MvccStore;
import dev.quorate.mvcc.ReplacedException;
import dev.quorate.schema.Command;
import dev.quorate.txn.TxnChecks;
import dev.quorate.txn.Txns;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Keys: checks a request, sends a change into the log, and reads on the caller's thread what is short. Thread-safe. */
final class KvService implements Kv {
    /** Ranges of more keys than these are read on the pool. */
    private static final long SHORT_RANGE_KEYS = 100;

    private final MvccStore store;
    private final TxnChecks checks;
    private final Proposals proposals;
    private final ReadGate gate;
    private final Headers headers;
    private final SpaceGuard space;
    private final Compactor compactor;
    private final int streamPieceBytes;
    private final OperationCounts counts;

    KvService(MemberParts parts, SpaceGuard space, int streamPieceBytes, OperationCounts counts) {
        this.store = parts.store();
        this.checks = parts.checks();
        this.proposals = parts.proposals();
        this.gate = parts.gate();
        this.headers = parts.headers();
        this.space = space;
        this.compactor = parts.compactor();
        this.streamPieceBytes = streamPieceBytes;
        this.counts = counts;
    }

    @Override
    public CompletableFuture<RangeResponse> range(RangeRequest request) {
        try {
            checks.check(request);
        } catch (EtcdException e) {
            return CompletableFuture.failedFuture(e);
        }
        return read(request);
    }

    /** Reads without the checks that a client's request has to pass. */
    CompletableFuture<RangeResponse> read(RangeRequest request) {
        counts.range();
        return gate.read(!request.serializable(), () -> headers.fill(store.range(request)), () -> isShort(request));
    }

    private boolean isShort(RangeRequest request) {
        if (request.range().isSingle() || request.countOnly()) {
            return true;
        }
        boolean cut = request.limit() > 0 && request.limit() <= SHORT_RANGE_KEYS;
        return (cut && !readsEverything(request)) || store.count(request.range()) <= SHORT_RANGE_KEYS;
    }

    private static boolean readsEverything(RangeRequest request) {
        return request.sortOrder().ordinal() != 0
                || request.sortTarget().ordinal() != 0
                || request.minModRevision() != 0
                || request.maxModRevision() != 0
                || request.minCreateRevision() != 0
                || request.maxCreateRevision() != 0;
    }

    @Override
    public CompletableFuture<RangeStream> rangeStream(RangeRequest request) {
        try {
            checks.checkStream(request);
        } catch (EtcdException e) {
            return CompletableFuture.failedFuture(e);
        }
        return gate.read(
                !request.serializable(), () -> filled(store.rangeStream(request, streamPieceBytes)), () -> true);
    }

    private RangeStream filled(RangeStream pieces) {
        return () -> {
            try {
                RangeResponse piece = pieces.next();
                return piece == null || piece.header().revision() == 0 ? piece : headers.fill(piece);
            } catch (ReplacedException e) {
                throw EtcdError.TIMEOUT_WAIT_APPLIED_INDEX.exception(); // the client may ask again
            }
        };
    }

    @Override
    public CompletableFuture<PutResponse> put(PutRequest request) {
        CompletableFuture<PutResponse> refused = space.refuse(Quota.costOf(request));
        if (refused != null) {
            return refused;
        }
        try {
            checks.check(request);
        } catch (EtcdException e) {
            return CompletableFuture.failedFuture(e);
        }
        return proposals.propose(new Command.Put(request));
    }

    @Override
    public CompletableFuture<DeleteRangeResponse> deleteRange(DeleteRangeRequest request) {
        try {
            checks.check(request);
        } catch (EtcdException e) {
            return CompletableFuture.failedFuture(e);
        }
        return proposals.propose(new Command.DeleteRange(request));
    }

    @Override
    public CompletableFuture<TxnResponse> txn(TxnRequest request) {
        CompletableFuture<TxnResponse> refused = space.refuse(Quota.costOf(request));
        if (refused != null) {
            return refused;
        }
        try {
            checks.check(request);
        } catch (EtcdException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (Txns.isReadOnly(request)) {
            return gate.read(
                    !Txns.isSerializable(request),
                    () -> counted(request, store.read(view -> headers.fill(Txns.read(view, request)))),
                    () -> isShort(request.success()) && isShort(request.failure()));
        }
        return proposals.propose(new Command.Txn(request));
    }

    private TxnResponse counted(TxnRequest request, TxnResponse answer) {
        counts.txn(request, answer, true);
        return answer;
    }

    private boolean isShort(List<RequestOp> ranges) {
        return ranges.size() <= 4 && ranges.stream().allMatch(op -> op instanceof RangeRequest range && isShort(range));
    }

    @Override
    public CompletableFuture<CompactionResponse> compact(CompactionRequest request) {
        CompletableFuture<CompactionResponse> answer = proposals.propose(new Command.Compaction(request));
        if (!request.physical()) {
            return answer.thenApply(this::current);
        }
        return answer.handle((done, failure) -> {
                    // As etcd does, wait for a compaction of this revision even if it was somebody else's.
                    CompletableFuture<?> gone = failure == null || isCompacted(failure)
                            ? compactor.whenDone()
                            : CompletableFuture.completedFuture(null);
                    return gone.thenCompose(unused -> failure == null
                            ? CompletableFuture.completedFuture(current(done))
                            : CompletableFuture.<CompactionResponse>failedFuture(unwrap(failure)));
                })
                .thenCompose(later -> later);
    }

    private CompactionResponse current(CompactionResponse done) {
        return new CompactionResponse(headers.at(store.revision()));
    }

    private static boolean isCompacted(Throwable failure) {
        return unwrap(failure) instanceof EtcdException known && known.is(EtcdError.COMPACTED);
    }

    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Refuses what storage has no room for, and raises the alarm. */
    static final class SpaceGuard {
        private final Quota quota;
        private final MaintenanceService alarms;

        SpaceGuard(Quota quota, MaintenanceService alarms) {
            this.quota = quota;
            this.alarms = alarms;
        }

        <T> @Nullable CompletableFuture<T> refuse(long costBytes) {
            return quota.admits(costBytes)
                    ? null
                    : alarms.raise(AlarmType.NOSPACE)
                            .handle((raised, failure) -> null)
                            .thenCompose(unused -> CompletableFuture.failedFuture(EtcdError.NO_SPACE.exception()));
        }
    }
}
