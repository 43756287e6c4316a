/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.internal.PlatformDependent;
import io.netty.util.internal.ThreadExecutorMap;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers on their way to one event loop: however many come while the loop is busy, it is woken once.
 *
 * <p>Thread-safe; what is offered runs on the event loop, in order.
 */
final class ReplyQueue {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyQueue.class);

    private static final FastThreadLocal<ReplyQueue> CURRENT = new FastThreadLocal<>() {
        @Override
        protected ReplyQueue initialValue() {
            EventExecutor loop = ThreadExecutorMap.currentExecutor();
            return new ReplyQueue(loop == null ? Runnable::run : loop);
        }
    };

    private final Executor loop;
    private final Thread owner = Thread.currentThread();
    private final Queue<Runnable> replies = PlatformDependent.newMpscQueue();
    private final AtomicInteger waiting = new AtomicInteger();

    private ReplyQueue(Executor loop) {
        this.loop = loop;
    }

    /** Returns the queue of the event loop that the caller runs on. */
    static ReplyQueue ofThisLoop() {
        return CURRENT.get();
    }

    void offer(Runnable reply) {
        if (Thread.currentThread().equals(owner) && waiting.get() == 0) {
            run(reply);
            return;
        }
        replies.add(reply);
        if (waiting.getAndIncrement() == 0) {
            loop.execute(this::drain);
        }
    }

    /** A reply that fails concerns its own call; those behind it are sent all the same. */
    private static void run(Runnable reply) {
        try {
            reply.run();
        } catch (RuntimeException e) {
            LOG.warn("an answer could not be sent", e);
        }
    }

    private void drain() {
        int taken = waiting.get();
        while (taken > 0) {
            for (int i = 0; i < taken; i++) {
                Runnable reply = replies.poll();
                if (reply != null) {
                    run(reply);
                }
            }
            taken = waiting.addAndGet(-taken);
        }
    }
}
