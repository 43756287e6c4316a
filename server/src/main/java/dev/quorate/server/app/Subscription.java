/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.inbound.WatchStream;
import dev.quorate.api.inbound.Watches;
import dev.quorate.api.model.WatchCreateRequest;
import dev.quorate.api.model.WatchResponse;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One watcher on a stream of its own, pushed to a consumer one answer after the other. Thread-safe. */
final class Subscription implements AutoCloseable {
    private final Consumer<WatchResponse> consumer;
    private @Nullable WatchStream stream;
    private boolean draining;
    private boolean again;
    private boolean closed;

    private Subscription(Consumer<WatchResponse> consumer) {
        this.consumer = consumer;
    }

    /**
     * Begins to watch.
     *
     * @param watches where
     * @param request what
     * @param consumer takes every answer, on a thread of the member
     * @param opened takes the subscription before the first answer
     */
    static void open(
            Watches watches,
            WatchCreateRequest request,
            Consumer<WatchResponse> consumer,
            Consumer<Subscription> opened) {
        Subscription subscription = new Subscription(consumer);
        WatchStream stream = watches.open(subscription::drain);
        synchronized (subscription) {
            subscription.stream = stream;
        }
        opened.accept(subscription);
        stream.create(request);
        subscription.drain();
    }

    private void drain() {
        WatchStream source;
        synchronized (this) {
            if (draining || stream == null || closed) {
                again = true;
                return;
            }
            draining = true;
            source = stream;
        }
        while (true) {
            WatchResponse response = source.poll();
            synchronized (this) {
                if (closed || (response == null && !again)) {
                    draining = false;
                    return;
                }
                again = false;
            }
            if (response != null) {
                consumer.accept(response);
            }
        }
    }

    @Override
    public void close() {
        WatchStream ended;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            ended = stream;
        }
        if (ended != null) {
            ended.close();
        }
    }
}
