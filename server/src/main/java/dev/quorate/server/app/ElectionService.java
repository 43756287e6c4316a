/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.inbound.Elections;
import dev.quorate.api.inbound.Kv;
import dev.quorate.api.inbound.Watches;
import dev.quorate.api.model.CampaignResponse;
import dev.quorate.api.model.Compare;
import dev.quorate.api.model.CompareResult;
import dev.quorate.api.model.CompareTarget;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.model.Leader;
import dev.quorate.api.model.LeaderResponse;
import dev.quorate.api.model.ProclaimResponse;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.RequestOp;
import dev.quorate.api.model.ResignResponse;
import dev.quorate.api.model.TxnRequest;
import dev.quorate.api.model.TxnResponse;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/**
 * Elections as queues of keys whose values the leaders proclaim.
 *
 * <p>A campaign that waits never notices that its own lease has ended: it answers as if it had won, as etcd's does.
 * Source: etcd v3.7.1, {@code client/v3/concurrency/election.go}.
 */
final class ElectionService implements Elections {
    private final Kv kv;
    private final Watches watches;
    private final KeyQueue queue;

    ElectionService(Kv kv, Watches watches, KeyQueue queue) {
        this.kv = kv;
        this.watches = watches;
        this.queue = queue;
    }

    @Override
    public CompletableFuture<CampaignResponse> campaign(Bytes name, long lease, Bytes value) {
        CompletableFuture<CampaignResponse> answer = new CompletableFuture<>();
        queue.leaseOrNew(lease)
                .thenCompose(granted -> stand(name, granted, value, answer))
                .whenComplete((response, failure) -> {
                    if (failure != null) {
                        answer.completeExceptionally(KeyQueue.asClientSees(failure));
                    } else if (!answer.complete(response)) {
                        change(response.leader(), deletion(response.leader().key())); // cancelled when its turn came
                    }
                });
        return answer;
    }

    private CompletableFuture<CampaignResponse> stand(
            Bytes name, long lease, Bytes value, CompletableFuture<CampaignResponse> answer) {
        Bytes key = KeyQueue.key(name, lease);
        TxnRequest enter = new TxnRequest(
                List.of(Compare.number(key, CompareTarget.CREATE, CompareResult.EQUAL, 0)),
                List.of(PutRequest.of(key, value).withLease(lease)),
                List.of(RangeRequest.of(key)));
        return kv.txn(enter).thenCompose(entered -> {
            KeyValue present = entered.succeeded()
                    ? null
                    : ((RangeResponse) entered.responses().get(0)).kvs().get(0);
            long mine = present == null ? entered.header().revision() : present.createRevision();
            Leader leader = new Leader(name, key, mine, lease);
            CompletableFuture<?> proclaimed = present == null || present.value().equals(value)
                    ? CompletableFuture.completedFuture(null)
                    : replaceValue(leader, value);
            return proclaimed
                    .thenCompose(done -> queue.awaitTurn(name, mine - 1, answer))
                    .whenComplete((turn, failure) -> {
                        if (failure != null && answer.isDone()) {
                            change(leader, deletion(key));
                        }
                    })
                    .thenApply(turn -> new CampaignResponse(entered.header(), leader));
        });
    }

    private CompletableFuture<TxnResponse> replaceValue(Leader leader, Bytes value) {
        return change(leader, PutRequest.of(leader.key(), value).withLease(leader.lease()))
                .thenCompose(ElectionService::succeededOrNotLeader)
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        change(leader, deletion(leader.key()));
                    }
                });
    }

    private static DeleteRangeRequest deletion(Bytes key) {
        return DeleteRangeRequest.of(KeyRange.single(key));
    }

    private CompletableFuture<TxnResponse> change(Leader leader, RequestOp op) {
        return kv.txn(new TxnRequest(
                List.of(Compare.number(leader.key(), CompareTarget.CREATE, CompareResult.EQUAL, leader.revision())),
                List.of(op),
                List.of()));
    }

    private static CompletableFuture<TxnResponse> succeededOrNotLeader(TxnResponse response) {
        return response.succeeded()
                ? CompletableFuture.completedFuture(response)
                : CompletableFuture.failedFuture(EtcdError.ELECTION_NOT_LEADER.exception());
    }

    @Override
    public CompletableFuture<ProclaimResponse> proclaim(Leader leader, Bytes value) {
        return queue.leaseOrNew(leader.lease())
                .thenCompose(lease ->
                        change(leader, PutRequest.of(leader.key(), value).withLease(lease)))
                .thenCompose(ElectionService::succeededOrNotLeader)
                .thenApply(changed -> new ProclaimResponse(changed.header()))
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(KeyQueue.asClientSees(failure)));
    }

    @Override
    public CompletableFuture<ResignResponse> resign(Leader leader) {
        return change(leader, deletion(leader.key()))
                .thenApply(changed -> new ResignResponse(changed.header()))
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(KeyQueue.asClientSees(failure)));
    }

    @Override
    public CompletableFuture<LeaderResponse> leader(Bytes name) {
        return kv.range(KeyQueue.first(name))
                .thenApply(found -> {
                    if (found.kvs().isEmpty()) {
                        throw EtcdError.ELECTION_NO_LEADER.exception();
                    }
                    return new LeaderResponse(found.header(), found.kvs().get(0));
                })
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(KeyQueue.asClientSees(failure)));
    }

    @Override
    public Observation observe(Bytes name, Observer observer) {
        LeaderObservation observation = new LeaderObservation(kv, watches, name, observer);
        observation.begin();
        return () -> observation.end(new CancellationException());
    }
}
