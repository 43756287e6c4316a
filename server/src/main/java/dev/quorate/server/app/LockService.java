/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.inbound.Kv;
import dev.quorate.api.inbound.Locks;
import dev.quorate.api.model.Compare;
import dev.quorate.api.model.CompareResult;
import dev.quorate.api.model.CompareTarget;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.LockResponse;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.TxnRequest;
import dev.quorate.api.model.TxnResponse;
import dev.quorate.api.model.UnlockResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Locks as queues of keys.
 *
 * <p>A lock that waits does not notice that its own lease has ended; only when its turn comes it fails with
 * {@code MUTEX_SESSION_EXPIRED}, as etcd's does. Source: etcd v3.7.1, {@code client/v3/concurrency/mutex.go}.
 */
final class LockService implements Locks {
    private final Kv kv;
    private final KeyQueue queue;

    LockService(Kv kv, KeyQueue queue) {
        this.kv = kv;
        this.queue = queue;
    }

    @Override
    public CompletableFuture<LockResponse> lock(Bytes name, long lease) {
        CompletableFuture<LockResponse> answer = new CompletableFuture<>();
        queue.leaseOrNew(lease)
                .thenCompose(granted -> acquire(name, granted, answer))
                .whenComplete((response, failure) -> {
                    if (failure != null) {
                        answer.completeExceptionally(KeyQueue.asClientSees(failure));
                    } else if (!answer.complete(response)) {
                        leave(response.key()); // cancelled at the moment when its turn came
                    }
                });
        return answer;
    }

    private CompletableFuture<LockResponse> acquire(Bytes name, long lease, CompletableFuture<LockResponse> answer) {
        Bytes key = KeyQueue.key(name, lease);
        RangeRequest owner = KeyQueue.first(name);
        TxnRequest enter = new TxnRequest(
                List.of(Compare.number(key, CompareTarget.CREATE, CompareResult.EQUAL, 0)),
                List.of(PutRequest.of(key, Bytes.EMPTY).withLease(lease), owner),
                List.of(RangeRequest.of(key), owner));
        return kv.txn(enter).thenCompose(entered -> {
            long mine = entered.succeeded()
                    ? entered.header().revision()
                    : range(entered, 0).kvs().get(0).createRevision();
            RangeResponse first = range(entered, 1);
            if (first.kvs().isEmpty() || first.kvs().get(0).createRevision() == mine) {
                return CompletableFuture.completedFuture(new LockResponse(entered.header(), key));
            }
            return awaitOwnership(name, key, mine, answer);
        });
    }

    private CompletableFuture<LockResponse> awaitOwnership(
            Bytes name, Bytes key, long createRevision, CompletableFuture<LockResponse> answer) {
        return queue.awaitTurn(name, createRevision - 1, answer)
                .whenComplete((turn, failure) -> {
                    if (failure != null) {
                        leave(key);
                    }
                })
                .thenCompose(turn -> kv.range(RangeRequest.of(key)))
                .thenApply(own -> {
                    if (own.kvs().isEmpty()) {
                        throw EtcdError.MUTEX_SESSION_EXPIRED.exception();
                    }
                    return new LockResponse(own.header(), key);
                });
    }

    private void leave(Bytes key) {
        kv.deleteRange(DeleteRangeRequest.of(KeyRange.single(key)));
    }

    private static RangeResponse range(TxnResponse txn, int index) {
        return (RangeResponse) txn.responses().get(index);
    }

    @Override
    public CompletableFuture<UnlockResponse> unlock(Bytes key) {
        return kv.deleteRange(DeleteRangeRequest.of(KeyRange.single(key)))
                .thenApply(deleted -> new UnlockResponse(deleted.header()))
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(KeyQueue.asClientSees(failure)));
    }
}
