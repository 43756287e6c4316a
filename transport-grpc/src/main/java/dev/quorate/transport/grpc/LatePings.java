/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lets the answer to a ping travel with what is written next.
 *
 * <p>gRPC's clients in Go measure the connection with a ping for each answer that they get; sent at once, our answers
 * to them would double the system calls and the packets of every request. An answer to a ping that nothing takes along
 * is sent after {@link #DELAY_MILLIS}. Stands below HTTP/2 in the pipeline; confined to the channel's event loop.
 */
final class LatePings extends ChannelDuplexHandler {
    private static final long DELAY_MILLIS = 5;

    private static final int FRAME_BYTES = 9 + 8;
    private static final int TYPE_PING = 6;
    private static final int FLAG_ACK = 1;

    /** What waits on one event loop, so that one timer does for all of its connections. */
    private static final FastThreadLocal<Waiting> WAITING = new FastThreadLocal<>() {
        @Override
        protected Waiting initialValue() {
            return new Waiting();
        }
    };

    private boolean late; // an answer to a ping is written and not flushed
    private boolean urgent; // something else is
    private boolean listed;

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (isPingAnswer(message)) {
            late = true;
        } else {
            urgent = true;
        }
        context.write(message, promise);
    }

    private static boolean isPingAnswer(Object message) {
        return message instanceof ByteBuf frame
                && frame.readableBytes() == FRAME_BYTES
                && frame.getByte(frame.readerIndex() + 3) == TYPE_PING
                && frame.getByte(frame.readerIndex() + 4) == FLAG_ACK;
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        if (urgent || !late) {
            urgent = false;
            late = false;
            context.flush();
        } else if (!listed) {
            listed = true;
            WAITING.get().add(this, context);
        }
    }

    /** Called when the delay is over. */
    private void flushLate(ChannelHandlerContext context) {
        listed = false;
        if (late && !urgent) {
            late = false;
            context.flush();
        }
    }

    /** The connections of an event loop whose answers wait. */
    private static final class Waiting implements Runnable {
        private record Entry(LatePings handler, ChannelHandlerContext context) {}

        private List<Entry> entries = new ArrayList<>();

        void add(LatePings handler, ChannelHandlerContext context) {
            entries.add(new Entry(handler, context));
            if (entries.size() == 1) {
                context.executor().schedule(this, DELAY_MILLIS, TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void run() {
            List<Entry> due = entries;
            entries = new ArrayList<>(); // a flush may lead to the next answer
            due.forEach(entry -> entry.handler().flushLate(entry.context()));
        }
    }
}
