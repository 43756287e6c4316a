/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * Looks into the first frames of an HTTP/2 connection for who is to answer: the first request says so by its content
 * type. Reads only.
 *
 * <p>Source: RFC 9113, sections 3.4, 4.1 and 6.2.
 */
final class FirstFrames {
    /** Who answers a connection. */
    enum Speech {
        /** Not enough has come to tell. */
        UNKNOWN,
        /** gRPC; also whatever is out of the ordinary, since it can tell what is wrong. */
        GRPC,
        /** HTTP/2 without gRPC. */
        HTTP
    }

    private static final int PREFACE_BYTES = 24;
    private static final int FRAME_HEAD_BYTES = 9;
    private static final int PRIORITY_BYTES = 5;
    private static final int FRAME_BYTES_MAX = 16_384;

    private FirstFrames() {}

    /**
     * Tells who is to answer.
     *
     * @param in what the client has sent so far, from the preface on
     * @return who, or that it is not known yet
     */
    static Speech speechOf(ByteBuf in) {
        int at = in.readerIndex() + PREFACE_BYTES;
        while (in.writerIndex() - at >= FRAME_HEAD_BYTES) {
            int length = in.getUnsignedMedium(at);
            byte type = in.getByte(at + 3);
            short flags = in.getUnsignedByte(at + 4);
            int body = at + FRAME_HEAD_BYTES;
            if (length > FRAME_BYTES_MAX) {
                return Speech.GRPC;
            }
            if (in.writerIndex() - body < length) {
                return Speech.UNKNOWN;
            }
            if (type == Http2FrameTypes.HEADERS) {
                return speechOf(in.slice(body, length), new Http2Flags(flags));
            }
            if (type != Http2FrameTypes.SETTINGS
                    && type != Http2FrameTypes.WINDOW_UPDATE
                    && type != Http2FrameTypes.PRIORITY) {
                return Speech.GRPC; // such as a ping, which wants its answer now
            }
            at = body + length;
        }
        return Speech.UNKNOWN;
    }

    private static Speech speechOf(ByteBuf frame, Http2Flags flags) {
        int padding = flags.paddingPresent() ? frame.readUnsignedByte() : 0;
        int skipped = flags.priorityPresent() ? PRIORITY_BYTES : 0;
        if (!flags.endOfHeaders() || frame.readableBytes() < padding + skipped) {
            return Speech.GRPC;
        }
        frame.skipBytes(skipped);
        try {
            Http2Headers headers = new DefaultHttp2HeadersDecoder(false)
                    .decodeHeaders(1, frame.readSlice(frame.readableBytes() - padding));
            CharSequence type = headers.get("content-type");
            return type != null && type.toString().startsWith("application/grpc") ? Speech.GRPC : Speech.HTTP;
        } catch (Http2Exception e) {
            return Speech.GRPC;
        }
    }
}
