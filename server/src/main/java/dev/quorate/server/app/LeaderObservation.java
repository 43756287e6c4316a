/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.inbound.Elections.Observer;
import dev.quorate.api.inbound.Kv;
import dev.quorate.api.inbound.Watches;
import dev.quorate.api.model.Event;
import dev.quorate.api.model.EventType;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.model.LeaderResponse;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.model.WatchCreateRequest;
import dev.quorate.api.model.WatchResponse;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows the leaders of one election: asks who leads, follows that key until it is deleted, and asks again; while
 * nobody leads it waits for the first put below the prefix.
 */
final class LeaderObservation {
    private final Kv kv;
    private final Watches watches;
    private final Bytes name;
    private final Observer observer;
    private @Nullable Subscription watching;
    private boolean ended;

    LeaderObservation(Kv kv, Watches watches, Bytes name, Observer observer) {
        this.kv = kv;
        this.watches = watches;
        this.name = name;
        this.observer = observer;
    }

    void begin() {
        kv.range(KeyQueue.first(name)).whenComplete((found, failure) -> {
            if (failure != null) {
                end(KeyQueue.asClientSees(failure));
            } else if (found.kvs().isEmpty()) {
                follow(
                        WatchCreateRequest.of(KeyRange.prefix(KeyQueue.prefix(name)))
                                .from(found.header().revision()),
                        this::onCandidate);
            } else {
                lead(found.header(), found.kvs().get(0));
            }
        });
    }

    private void lead(ResponseHeader header, KeyValue leader) {
        synchronized (this) {
            if (ended) {
                return;
            }
        }
        observer.onLeader(new LeaderResponse(header, leader));
        follow(WatchCreateRequest.of(KeyRange.single(leader.key())).from(header.revision() + 1), this::onLeaderChange);
    }

    private void onCandidate(WatchResponse response) {
        for (Event event : response.events()) {
            if (event.type() == EventType.PUT) {
                ResponseHeader seen = response.header();
                lead(
                        new ResponseHeader(
                                seen.clusterId(), seen.memberId(), event.kv().modRevision(), seen.raftTerm()),
                        event.kv());
                return;
            }
        }
    }

    private void onLeaderChange(WatchResponse response) {
        for (Event event : response.events()) {
            if (event.type() == EventType.DELETE) {
                stopWatching();
                begin();
                return;
            }
            observer.onLeader(new LeaderResponse(response.header(), event.kv()));
        }
    }

    private void follow(WatchCreateRequest request, Consumer<WatchResponse> consumer) {
        Subscription.open(
                watches,
                request,
                response -> {
                    if (response.canceled()) {
                        end(KeyQueue.asClientSees(KeyQueue.watchFailure(response)));
                    } else {
                        consumer.accept(response);
                    }
                },
                this::replaceWatch);
    }

    private void replaceWatch(Subscription next) {
        Subscription before;
        boolean late;
        synchronized (this) {
            before = watching;
            watching = next;
            late = ended;
        }
        if (before != null) {
            before.close();
        }
        if (late) {
            next.close();
        }
    }

    private void stopWatching() {
        Subscription before;
        synchronized (this) {
            before = watching;
            watching = null;
        }
        if (before != null) {
            before.close();
        }
    }

    void end(Throwable cause) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
        }
        stopWatching();
        if (!(cause instanceof CancellationException)) {
            observer.onEnd(cause);
        }
    }
}
