/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/** Runs what waits for an index to be applied. Thread-safe. */
final class AppliedWaits {
    private record Wait(long index, Runnable action) {}

    private final PriorityQueue<Wait> waits = new PriorityQueue<>((a, b) -> Long.compare(a.index, b.index));
    private volatile long applied;

    /** Returns the last index whose effect reads see. */
    long applied() {
        return applied;
    }

    /** Runs an action on the caller's thread if the index is applied already, else later on the thread that applies. */
    void whenApplied(long index, Runnable action) {
        if (applied < index) {
            synchronized (waits) {
                if (applied < index) {
                    waits.add(new Wait(index, action));
                    return;
                }
            }
        }
        action.run();
    }

    /** Moves on, and runs what waited for it. */
    void advance(long index) {
        List<Runnable> due;
        synchronized (waits) {
            applied = index;
            if (waits.isEmpty()) {
                return;
            }
            due = new ArrayList<>();
            for (Wait first = waits.peek(); first != null && first.index <= index; first = waits.peek()) {
                due.add(waits.remove().action);
            }
        }
        due.forEach(Runnable::run);
    }
}
