/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.transport.grpc.FirstFrames.Speech;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.Test;

class FirstFramesTest {
    private static final int END_HEADERS = 0x4;
    private static final int PADDED = 0x8;
    private static final int PRIORITY = 0x20;
    private static final ByteBuf NOTHING = Unpooled.EMPTY_BUFFER;

    private final ByteBuf sent = Unpooled.buffer().writeBytes(Http2CodecUtil.connectionPrefaceBuf());

    private void frame(int type, int flags, ByteBuf body) {
        sent.writeMedium(body.readableBytes()).writeByte(type).writeByte(flags).writeInt(1);
        sent.writeBytes(body.slice());
    }

    private static ByteBuf headers(String contentType) throws Http2Exception {
        Http2Headers headers =
                new DefaultHttp2Headers().method("POST").path("/x").add("content-type", contentType);
        ByteBuf block = Unpooled.buffer();
        new DefaultHttp2HeadersEncoder().encodeHeaders(1, headers, block);
        return block;
    }

    @Test
    void tellsByTheContentTypeOfTheFirstRequest() throws Http2Exception {
        frame(Http2FrameTypes.SETTINGS, 0, NOTHING);
        frame(Http2FrameTypes.WINDOW_UPDATE, 0, Unpooled.copyInt(1));
        assertThat(FirstFrames.speechOf(sent)).isEqualTo(Speech.UNKNOWN);
        ByteBuf before = sent.copy();
        frame(Http2FrameTypes.HEADERS, END_HEADERS, headers("application/grpc+proto"));
        assertThat(FirstFrames.speechOf(sent)).isEqualTo(Speech.GRPC);
        sent.clear().writeBytes(before.slice());
        frame(Http2FrameTypes.HEADERS, END_HEADERS, headers("application/json"));
        assertThat(FirstFrames.speechOf(sent)).isEqualTo(Speech.HTTP);
    }

    @Test
    void waitsForTheWholeRequestWhereverItIsCut() throws Http2Exception {
        frame(Http2FrameTypes.SETTINGS, 0, NOTHING);
        frame(Http2FrameTypes.HEADERS, END_HEADERS, headers("text/plain"));
        for (int length = 0; length < sent.readableBytes(); length++) {
            assertThat(FirstFrames.speechOf(sent.slice(0, length)))
                    .as("%d bytes", length)
                    .isEqualTo(Speech.UNKNOWN);
        }
        assertThat(FirstFrames.speechOf(sent)).isEqualTo(Speech.HTTP);
    }

    @Test
    void seesThroughPaddingAndPriority() throws Http2Exception {
        ByteBuf body = Unpooled.buffer().writeByte(3).writeZero(5);
        body.writeBytes(headers("text/plain")).writeZero(3);
        frame(Http2FrameTypes.HEADERS, END_HEADERS | PADDED | PRIORITY, body);
        assertThat(FirstFrames.speechOf(sent)).isEqualTo(Speech.HTTP);
    }

    @Test
    void leavesWhatIsOutOfTheOrdinaryToGrpc() throws Http2Exception {
        ByteBuf preface = sent.copy();
        frame(Http2FrameTypes.PING, 0, Unpooled.copyLong(1));
        assertThat(FirstFrames.speechOf(sent)).as("a ping").isEqualTo(Speech.GRPC);
        sent.clear().writeBytes(preface.slice());
        frame(Http2FrameTypes.HEADERS, 0, headers("text/plain"));
        assertThat(FirstFrames.speechOf(sent)).as("continued headers").isEqualTo(Speech.GRPC);
        sent.clear().writeBytes(preface.slice());
        frame(Http2FrameTypes.HEADERS, END_HEADERS, Unpooled.wrappedBuffer(new byte[] {-1, -1, -1, -1, -1, -1}));
        assertThat(FirstFrames.speechOf(sent)).as("what cannot be read").isEqualTo(Speech.GRPC);
        sent.clear().writeBytes(preface.slice()).writeMedium(1 << 20).writeZero(6);
        assertThat(FirstFrames.speechOf(sent)).as("too large a frame").isEqualTo(Speech.GRPC);
    }
}
