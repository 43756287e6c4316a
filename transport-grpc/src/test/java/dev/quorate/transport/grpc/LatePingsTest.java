/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Holds back answers to pings, and nothing else. */
class LatePingsTest {
    private static final int PING = 6;
    private static final int WINDOW_UPDATE = 8;

    private final EmbeddedChannel channel = new EmbeddedChannel(new LatePings());

    @BeforeEach
    void freezeTime() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        pass();
        channel.finishAndReleaseAll();
    }

    @Test
    void sendsAnAnswerToAPingWithWhatComesNext() {
        channel.writeAndFlush(frame(PING, 1, 8));
        assertThat(sent()).isZero();
        channel.writeAndFlush(frame(0, 0, 100));
        assertThat(sent()).isEqualTo(17 + 109);
    }

    @Test
    void sendsAnAnswerToAPingAloneAfterAWhile() {
        channel.writeAndFlush(frame(PING, 1, 8));
        channel.writeAndFlush(frame(PING, 1, 8));
        assertThat(sent()).isZero();
        pass();
        assertThat(sent()).isEqualTo(2 * 17);
        channel.writeAndFlush(frame(PING, 1, 8));
        assertThat(sent()).isZero();
        pass();
        assertThat(sent()).isEqualTo(17);
    }

    @Test
    void doesNotFlushForAPingWhatWasOnlyWritten() {
        channel.writeAndFlush(frame(PING, 1, 8));
        channel.write(frame(0, 0, 100));
        pass();
        assertThat(sent()).isZero();
        channel.flush();
        assertThat(sent()).isEqualTo(17 + 109);
    }

    @Test
    void sendsEverythingElseAtOnce() {
        channel.writeAndFlush(frame(PING, 0, 8));
        assertThat(sent()).isEqualTo(17);
        channel.writeAndFlush(frame(WINDOW_UPDATE, 0, 4));
        assertThat(sent()).isEqualTo(13);
        channel.writeAndFlush(frame(0, 1, 8));
        assertThat(sent()).isEqualTo(17);
        channel.write(frame(PING, 1, 8));
        channel.writeAndFlush(frame(WINDOW_UPDATE, 0, 4));
        assertThat(sent()).isEqualTo(30);
    }

    private void pass() {
        channel.advanceTimeBy(5, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    private int sent() {
        int bytes = 0;
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            bytes += out.readableBytes();
            out.release();
        }
        return bytes;
    }

    private static ByteBuf frame(int type, int flags, int payload) {
        return Unpooled.buffer(9 + payload)
                .writeMedium(payload)
                .writeByte(type)
                .writeByte(flags)
                .writeInt(0)
                .writeZero(payload);
    }
}
