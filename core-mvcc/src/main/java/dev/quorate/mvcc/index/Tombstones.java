/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

import dev.quorate.api.bytes.Bytes;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The keys that were deleted and are still in the tree for the sake of their history, by revision. Not thread-safe. */
final class Tombstones {
    private final Deque<Tombstone> queue = new ArrayDeque<>();

    private record Tombstone(long main, Bytes key) {}

    void add(long main, Bytes key) {
        queue.addLast(new Tombstone(main, key.compact()));
    }

    /** Takes out a key that was deleted at a revision or before; null if there is none. */
    @Nullable
    Bytes poll(long main) {
        return has(main) ? queue.removeFirst().key() : null;
    }

    boolean has(long main) {
        Tombstone first = queue.peekFirst();
        return first != null && first.main() <= main;
    }
}
