/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.error.StatusCode;
import dev.quorate.api.inbound.Kv;
import dev.quorate.api.inbound.Leases;
import dev.quorate.api.inbound.Watches;
import dev.quorate.api.model.EventType;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.LeaseGrantRequest;
import dev.quorate.api.model.LeaseGrantResponse;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.SortOrder;
import dev.quorate.api.model.SortTarget;
import dev.quorate.api.model.WatchCreateRequest;
import dev.quorate.api.model.WatchResponse;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The recipe under locks and elections: everyone puts a key below a common prefix, and whoever has the smallest create
 * revision is first; the others wait for those before them to go.
 *
 * <p>Source: etcd v3.7.1, {@code client/v3/concurrency/key.go}.
 */
final class KeyQueue {
    private static final long ANONYMOUS_LEASE_TTL_SECONDS = 60;

    private final Kv kv;
    private final Watches watches;
    private final Leases leases;

    KeyQueue(Kv kv, Watches watches, Leases leases) {
        this.kv = kv;
        this.watches = watches;
        this.leases = leases;
    }

    static Bytes prefix(Bytes name) {
        return name.concat(Bytes.utf8("/"));
    }

    /** The key of a participant: its lease in hexadecimal, as Go prints a signed number. */
    static Bytes key(Bytes name, long lease) {
        String hex = lease < 0 ? "-" + Long.toHexString(-lease) : Long.toHexString(lease);
        return prefix(name).concat(Bytes.utf8(hex));
    }

    /** Asks for the participant that is first. */
    static RangeRequest first(Bytes name) {
        return RangeRequest.builder(KeyRange.prefix(prefix(name)))
                .sort(SortTarget.CREATE, SortOrder.ASCEND)
                .limit(1)
                .build();
    }

    /** The lease given, or one that nobody renews if it is 0. */
    CompletableFuture<Long> leaseOrNew(long lease) {
        return lease != 0
                ? CompletableFuture.completedFuture(lease)
                : leases.grant(new LeaseGrantRequest(ANONYMOUS_LEASE_TTL_SECONDS, 0))
                        .thenApply(LeaseGrantResponse::id);
    }

    /** Waits until no participant is left that came at or before a revision; ends early when {@code until} is done. */
    CompletableFuture<Void> awaitTurn(Bytes name, long createRevisionMax, CompletableFuture<?> until) {
        RangeRequest request = RangeRequest.builder(KeyRange.prefix(prefix(name)))
                .sort(SortTarget.CREATE, SortOrder.DESCEND)
                .createRevisions(0, createRevisionMax)
                .limit(1)
                .build();
        return kv.range(request).thenCompose(last -> {
            if (last.kvs().isEmpty()) {
                return CompletableFuture.completedFuture(null);
            }
            Bytes predecessor = last.kvs().get(0).key();
            return awaitDeletion(predecessor, last.header().revision(), until)
                    .thenCompose(gone -> awaitTurn(name, createRevisionMax, until));
        });
    }

    private CompletableFuture<Void> awaitDeletion(Bytes key, long fromRevision, CompletableFuture<?> until) {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        Subscription.open(
                watches,
                WatchCreateRequest.of(KeyRange.single(key)).from(fromRevision),
                response -> onResponse(response, gone),
                subscription -> {
                    gone.whenComplete((done, failure) -> subscription.close());
                    until.whenComplete((done, failure) -> gone.completeExceptionally(new CancellationException()));
                });
        return gone;
    }

    private static void onResponse(WatchResponse response, CompletableFuture<Void> gone) {
        if (response.canceled()) {
            gone.completeExceptionally(watchFailure(response));
        } else if (response.events().stream().anyMatch(event -> event.type() == EventType.DELETE)) {
            gone.complete(null);
        }
    }

    static EtcdException watchFailure(WatchResponse response) {
        return response.compactRevision() != 0
                ? EtcdError.COMPACTED.exception()
                : new EtcdException(StatusCode.UNKNOWN, response.cancelReason());
    }

    /** These services are clients of the store, so codes get lost on the way and only texts remain. */
    static Throwable asClientSees(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof EtcdException known && known.getMessage() != null
                ? new EtcdException(StatusCode.UNKNOWN, known.getMessage())
                : cause;
    }
}
