/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives each proposal an id that no member gives again: 16 bits of the member, 40 bits of the time at the start in
 * milliseconds, and a count that grows into them. Thread-safe. Source: etcd v3.7.1, {@code pkg/idutil/id.go}.
 */
final class RequestIds {
    private static final long TIME_MASK = (1L << 40) - 1;

    private final AtomicLong next;

    RequestIds(long memberId, long startWallMillis) {
        next = new AtomicLong((memberId & 0xFFFF) << 48 | (startWallMillis & TIME_MASK) << 8);
    }

    long next() {
        return next.incrementAndGet();
    }
}
