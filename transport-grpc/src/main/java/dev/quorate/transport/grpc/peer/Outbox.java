/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What waits for one member: bounded, so that a slow member costs no more than that. Thread-safe. */
final class Outbox {
    /** As etcd: enough for what a follower may have in flight, and more. */
    static final int MESSAGES_MAX = 4096;

    /** Bytes that wait at most; a single message may be larger. */
    static final long BYTES_MAX = 64 << 20;

    private final ArrayDeque<Outgoing> waiting = new ArrayDeque<>();
    private long bytes;

    /** Puts a message behind the others; false if it does not fit and is dropped. */
    synchronized boolean offer(Outgoing message) {
        long size = message.size();
        if (waiting.size() >= MESSAGES_MAX || (!waiting.isEmpty() && bytes + size > BYTES_MAX)) {
            return false;
        }
        bytes += size;
        waiting.add(message);
        return true;
    }

    /** Takes the first message. */
    synchronized @Nullable Outgoing poll() {
        Outgoing first = waiting.poll();
        if (first != null) {
            bytes -= first.size();
        }
        return first;
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Drops everything. */
    synchronized void clear() {
        waiting.clear();
        bytes = 0;
    }
}
