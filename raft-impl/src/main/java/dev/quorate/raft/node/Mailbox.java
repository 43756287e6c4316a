/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Messages to one who takes them one at a time, on no thread of its own: whoever makes the mailbox non-empty takes
 * messages out until it is empty again.
 */
final class Mailbox {
    private final Queue<Object> messages = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Consumer<Queue<Object>> owner;

    /** Makes a mailbox; its owner takes everything that is in the queue each time it is called, and must not throw. */
    Mailbox(Consumer<Queue<Object>> owner) {
        this.owner = owner;
    }

    /** Puts a message in, and has it taken out unless somebody is at it already. */
    void post(Object message) {
        messages.add(message);
        kick();
    }

    /** Puts messages in, and has all of them taken out at once unless somebody is at it already. */
    void postAll(List<?> several) {
        messages.addAll(several);
        kick();
    }

    /** Has the owner called, even if there is no message. */
    void kick() {
        if (waiting.getAndIncrement() == 0) {
            run();
        }
    }

    private void run() {
        int taken = waiting.get();
        while (taken != 0) {
            owner.accept(messages);
            taken = waiting.addAndGet(-taken);
        }
    }
}
