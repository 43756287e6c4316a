/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.PeerCallNames;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;

/** Writes answers of the peer port, as Go's library and etcd write them. */
final class Answers {
    static final int OK = 200;
    static final int NO_CONTENT = 204;
    static final int BAD_REQUEST = 400;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int TIMEOUT = 408;
    static final int GONE = 410;
    static final int PRECONDITION_FAILED = 412;
    static final int TOO_LARGE = 413;
    static final int INTERNAL_ERROR = 500;
    static final int UNAVAILABLE = 503;
    static final String PAGE_NOT_FOUND = "404 page not found";

    private Answers() {}

    static void text(HttpServerResponse response, int status, String text) {
        if (open(response)) {
            response.setStatusCode(status)
                    .putHeader("Content-Type", "text/plain; charset=utf-8")
                    .putHeader("X-Content-Type-Options", "nosniff")
                    .end(text + "\n");
        }
    }

    static void json(HttpServerResponse response, int status, String message) {
        if (open(response)) {
            response.setStatusCode(status)
                    .putHeader("Content-Type", "application/json")
                    .end("{\"message\":\"" + message + "\"}");
        }
    }

    static void body(HttpServerResponse response, String contentType, Bytes body) {
        if (open(response)) {
            response.setStatusCode(OK).putHeader("Content-Type", contentType).end(buffer(body));
        }
    }

    static void empty(HttpServerResponse response) {
        if (open(response)) {
            response.setStatusCode(NO_CONTENT).end();
        }
    }

    private static boolean open(HttpServerResponse response) {
        return !response.closed() && !response.ended() && !response.headWritten();
    }

    /** Says how a call has failed. */
    static void refusal(HttpServerResponse response, CallPath call, String text) {
        switch (call.name()) {
            case PeerCallNames.PROMOTE -> {
                if (text.contains("ID not found")) {
                    text(response, NOT_FOUND, text);
                } else if (text.contains("can only promote a learner member")) {
                    text(response, PRECONDITION_FAILED, text);
                } else {
                    json(response, INTERNAL_ERROR, "Internal Server Error");
                }
            }
            case PeerCallNames.KEEP_ALIVE, PeerCallNames.TIME_TO_LIVE -> {
                if (text.contains("lease not found")) {
                    text(response, NOT_FOUND, text);
                } else if (text.contains("applied index has timed out")) {
                    text(response, TIMEOUT, text);
                } else {
                    text(response, call.name().equals(PeerCallNames.KEEP_ALIVE) ? BAD_REQUEST : INTERNAL_ERROR, text);
                }
            }
            case PeerCallNames.HASH_KV -> text(response, BAD_REQUEST, text);
            default -> text(response, INTERNAL_ERROR, text);
        }
    }

    static Buffer buffer(Bytes bytes) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes.sharedArray(), bytes.sharedOffset(), bytes.length()));
    }
}
