/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist;

import dev.quorate.api.bytes.Bytes;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

/**
 * A gRPC client that says one thing: as little HTTP/2 as the warm-up needs, since every class of a real client would
 * have to be compiled as well. Not thread-safe.
 *
 * <p>The headers of the first request go into the compression table, those of later ones refer to it, and a ping
 * follows: so do gRPC's clients in Go. Source: RFC 9113, RFC 7541.
 */
final class WarmUpClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 1000;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GO_AWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int KEYS = 1000;

    /** What it says. */
    enum Method {
        PUT("Put"),
        RANGE("Range");

        private final String path;

        Method(String name) {
            path = "/etcdserverpb.KV/" + name;
        }
    }

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final Method method;
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream();
    private int stream = 1;
    private int unanswered;

    WarmUpClient(int port, Method method) throws IOException {
        this.method = method;
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 64 << 10));
        out = socket.getOutputStream();
        batch.writeBytes(Bytes.utf8("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").toArray());
        frame(SETTINGS, 0, 0, new byte[0]);
        frame(WINDOW_UPDATE, 0, 0, new byte[] {0x3F, 0, 0, 0});
    }

    /** Sends requests at once, without waiting for answers. */
    void send(int requests) throws IOException {
        for (int i = 0; i < requests; i++) {
            frame(HEADERS, END_HEADERS, stream, headers(stream == 1));
            frame(DATA, END_STREAM, stream, message());
            stream += 2;
        }
        frame(PING, 0, 0, new byte[8]);
        batch.writeTo(out);
        batch.reset();
        unanswered += requests;
    }

    private byte[] headers(boolean first) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x83); // :method POST
        block.write(0x86); // :scheme http
        if (first) {
            literal(block, 0x44, method.path);
            literal(block, 0x41, "127.0.0.1");
            literal(block, 0x5F, "application/grpc");
            literal(block, 0x7A, "warm-up");
            block.write(0x40);
            text(block, "te");
            text(block, "trailers");
        } else {
            for (int entry = 66; entry >= 62; entry--) {
                block.write(0x80 | entry);
            }
        }
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, int name, String value) {
        block.write(name);
        text(block, value);
    }

    private static void text(ByteArrayOutputStream block, String text) {
        block.write(text.length());
        block.writeBytes(Bytes.utf8(text).toArray());
    }

    private byte[] message() {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        fields.write(1 << 3 | 2);
        text(fields, "warm" + (1000 + stream / 2 * 7919 % KEYS));
        if (method == Method.PUT) {
            fields.write(2 << 3 | 2);
            fields.write(0x80);
            fields.write(2); // 256
            fields.writeBytes(new byte[256]);
        }
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write(0);
        message.write(0);
        message.write(0);
        message.write(fields.size() >>> 8);
        message.write(fields.size());
        message.writeBytes(fields.toByteArray());
        return message.toByteArray();
    }

    private void frame(int type, int flags, int id, byte[] payload) {
        batch.write(payload.length >>> 16);
        batch.write(payload.length >>> 8);
        batch.write(payload.length);
        batch.write(type);
        batch.write(flags);
        for (int shift = 24; shift >= 0; shift -= 8) {
            batch.write(id >>> shift);
        }
        batch.writeBytes(payload);
    }

    /** Waits until all requests are answered. */
    void awaitAnswers() throws IOException {
        while (unanswered > 0) {
            int head = in.readInt();
            int flags = in.readUnsignedByte();
            in.readInt();
            in.skipNBytes(head >>> 8);
            int type = head & 0xFF;
            if (type == HEADERS && (flags & END_STREAM) != 0) {
                unanswered--;
            } else if (type == SETTINGS && (flags & ACK) == 0) {
                frame(SETTINGS, ACK, 0, new byte[0]);
            } else if (type == GO_AWAY) {
                throw new IOException("the member does not want to be warmed up");
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
