/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageBytes;
import dev.quorate.raft.spi.PeerCallException;
import dev.quorate.raft.spi.PeerCallNames;
import dev.quorate.raft.spi.PeerCalls.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers on the peer port. On the event loop.
 *
 * <p>Source: etcd v3.7.1, {@code rafthttp/http.go}, {@code etcdhttp/peer.go}, {@code lease/leasehttp/http.go}.
 */
final class PeerServer {
    private static final Logger LOG = LoggerFactory.getLogger(PeerServer.class);

    /** A message that is posted; etcd has no bound here, its streams have this one. */
    private static final long MESSAGE_BYTES_MAX = StreamDecoder.FRAME_BYTES_MAX;

    private static final long CALL_BYTES_MAX = 64 << 10;
    private static final int SNAPSHOTS_MAX = 4;
    private static final String SNAPSHOT_PATH = "/raft/snapshot";

    private final PeerParts parts;
    private final Registry registry;
    private final Map<String, Handler> handlers;
    private final Workers workers;
    private final Set<SnapshotReceive> receiving = ConcurrentHashMap.newKeySet();

    PeerServer(PeerParts parts, Registry registry, Map<String, Handler> handlers, Workers workers) {
        this.parts = parts;
        this.registry = registry;
        this.handlers = handlers;
        this.workers = workers;
    }

    void serve(HttpServerRequest request) {
        String path = request.path();
        if (parts.gate().isClosed() || path == null) {
            request.connection().close();
        } else if (path.equals("/raft")) {
            pipeline(request);
        } else if (path.startsWith("/raft/stream/")) {
            stream(request, path);
        } else if (path.equals(SNAPSHOT_PATH)) {
            snapshot(request);
        } else if (path.equals("/raft/probing")) {
            Answers.body(
                    request.response(),
                    "text/plain; charset=utf-8",
                    Bytes.utf8("{\"OK\":true,\"Now\":\""
                            + DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC))
                            + "\"}\n"));
        } else {
            CallPath.at(path)
                    .filter(call -> handlers.containsKey(call.name()))
                    .ifPresentOrElse(
                            call -> call(request, call, path),
                            () -> Answers.text(request.response(), Answers.NOT_FOUND, Answers.PAGE_NOT_FOUND));
        }
    }

    // ---------------------------------------------------------------- messages

    private void pipeline(HttpServerRequest request) {
        if (!admit(request, HttpMethod.POST)) {
            return;
        }
        HttpServerResponse response = request.response();
        collect(request, MESSAGE_BYTES_MAX, "error reading raft message", body -> {
            Message message;
            try {
                message = MessageBytes.readMessage(new ProtoReader(body, 0, body.length));
            } catch (MalformedProtoException e) {
                LOG.atWarn()
                        .addKeyValue("local-member-id", parts.identity().member())
                        .addKeyValue("error", e.getMessage())
                        .log("failed to unmarshal Raft message");
                Answers.text(response, Answers.BAD_REQUEST, "error unmarshalling raft message");
                return;
            }
            parts.observer().received(message.from(), body.length);
            parts.gate()
                    .receive(message)
                    .ifPresentOrElse(
                            refused -> Answers.json(response, Answers.FORBIDDEN, refused),
                            () -> Answers.empty(response));
        });
    }

    private void stream(HttpServerRequest request, String path) {
        if (!allow(request, HttpMethod.GET)) {
            return;
        }
        Identity identity = parts.identity();
        HttpServerResponse response = request.response();
        response.putHeader(Identity.VERSION, identity.version());
        response.putHeader(Identity.CLUSTER, identity.cluster());
        Optional<String> refused = identity.refuse(request.headers());
        if (refused.isPresent()) {
            Answers.text(response, Answers.PRECONDITION_FAILED, refused.get());
            return;
        }
        StreamKind kind = path.startsWith(StreamKind.APPEND.path())
                ? StreamKind.APPEND
                : path.startsWith(StreamKind.MESSAGE.path()) ? StreamKind.MESSAGE : null;
        if (kind == null) {
            Answers.text(response, Answers.NOT_FOUND, "invalid path");
            return;
        }
        Optional<Long> from = Identity.id(path.substring(kind.path().length()));
        if (from.isEmpty()) {
            warn("failed to parse path into ID", 0);
            Answers.text(response, Answers.NOT_FOUND, "invalid from");
            return;
        }
        long id = from.get();
        if (parts.gate().isRemoved(id)) {
            warn("rejected stream from remote peer because it was removed", id);
            Answers.text(response, Answers.GONE, "removed member");
            return;
        }
        Peer peer = registry.member(id);
        if (peer == null) {
            introduce(id, request);
            warn("failed to find remote peer in cluster", id);
            Answers.text(response, Answers.NOT_FOUND, "error sender not found");
        } else if (!identity.member().equals(request.getHeader(Identity.TO))) {
            warn("ignored streaming request; ID mismatch", id);
            Answers.text(response, Answers.PRECONDITION_FAILED, "to field mismatch");
        } else {
            OutStream stream = new OutStream(kind, request);
            response.closeHandler(none -> peer.detached(stream));
            response.exceptionHandler(failure -> peer.detached(stream));
            response.setChunked(true).writeHead();
            peer.attach(stream);
        }
    }

    private void introduce(long id, HttpServerRequest request) {
        String urls = request.getHeader(Identity.URLS);
        if (urls != null && !urls.isEmpty()) {
            registry.introduce(id, urls);
        }
    }

    private void snapshot(HttpServerRequest request) {
        if (!admit(request, HttpMethod.POST)) {
            return;
        }
        HttpServerResponse response = request.response();
        if (receiving.size() >= SNAPSHOTS_MAX) {
            Answers.text(response, Answers.UNAVAILABLE, "too many snapshots are being received");
            return;
        }
        request.pause();
        BodyStream body = new BodyStream(request, task -> parts.net().loop().runOnContext(none -> task.run()));
        SnapshotReceive[] own = new SnapshotReceive[1];
        SnapshotReceive receive = new SnapshotReceive(response, body, parts, () -> receiving.remove(own[0]));
        own[0] = receive;
        receiving.add(receive);
        if (workers.start("quorate-snapshot-receive", receive)) {
            body.begin();
        } else {
            receiving.remove(receive);
            request.connection().close();
        }
    }

    void cancelSnapshots() {
        receiving.forEach(SnapshotReceive::cancel);
    }

    /** Checks method, version and cluster, and takes note of who it is. */
    private boolean admit(HttpServerRequest request, HttpMethod method) {
        if (!allow(request, method)) {
            return false;
        }
        HttpServerResponse response = request.response();
        response.putHeader(Identity.CLUSTER, parts.identity().cluster());
        Optional<String> refused = parts.identity().refuse(request.headers());
        if (refused.isPresent()) {
            Answers.text(response, Answers.PRECONDITION_FAILED, refused.get());
            return false;
        }
        Identity.id(request.getHeader(Identity.FROM)).ifPresent(id -> introduce(id, request));
        return true;
    }

    private static boolean allow(HttpServerRequest request, HttpMethod method) {
        if (request.method().equals(method)) {
            return true;
        }
        request.response().putHeader("Allow", method.name());
        Answers.text(request.response(), Answers.METHOD_NOT_ALLOWED, "Method Not Allowed");
        return false;
    }

    private void collect(HttpServerRequest request, long bytesMax, String broken, Consumer<byte[]> whole) {
        Buffer body = Buffer.buffer();
        boolean[] over = new boolean[1];
        request.handler(piece -> {
            if (over[0]) {
                return;
            }
            if (body.length() + (long) piece.length() > bytesMax) {
                over[0] = true;
                request.response().putHeader("Connection", "close");
                Answers.text(request.response(), Answers.TOO_LARGE, "request body too large");
            } else {
                body.appendBuffer(piece);
            }
        });
        request.exceptionHandler(failure -> {
            over[0] = true;
            Answers.text(request.response(), Answers.BAD_REQUEST, broken);
        });
        request.endHandler(none -> {
            if (!over[0]) {
                whole.accept(body.getBytes());
            }
        });
    }

    // ---------------------------------------------------------------- calls

    private void call(HttpServerRequest request, CallPath call, String path) {
        if (!allow(request, call.method())) {
            return;
        }
        HttpServerResponse response = request.response();
        String cluster = request.getHeader(Identity.CLUSTER);
        if (call.name().equals(PeerCallNames.HASH_KV)
                && cluster != null
                && !cluster.isEmpty()
                && !cluster.equals(parts.identity().cluster())) {
            Answers.text(response, Answers.PRECONDITION_FAILED, Identity.OTHER_CLUSTER);
            return;
        }
        Handler handler = handlers.get(call.name());
        if (handler == null) {
            Answers.text(response, Answers.NOT_FOUND, Answers.PAGE_NOT_FOUND);
            return;
        }
        if (!call.name().equals(PeerCallNames.VERSION)) {
            response.putHeader(Identity.CLUSTER, parts.identity().cluster());
        }
        collect(request, CALL_BYTES_MAX, "error reading body", body -> {
            Bytes asked =
                    call.askedInPath() ? Bytes.utf8(path.substring(call.path().length())) : Bytes.wrap(body);
            if (call.name().equals(PeerCallNames.PROMOTE) && !isNumber(asked.toUtf8())) {
                Answers.text(response, Answers.NOT_FOUND, "member " + asked.toUtf8() + " not found in cluster");
                return;
            }
            handler.answer(asked)
                    .whenComplete((answer, failure) -> parts.net().loop().runOnContext(none -> {
                        if (failure == null) {
                            Answers.body(response, call.contentType(), answer);
                        } else {
                            failed(response, call, failure);
                        }
                    }));
        });
    }

    private static boolean isNumber(String text) {
        try {
            Long.parseUnsignedLong(text);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static void failed(HttpServerResponse response, CallPath call, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof PeerCallException known && known.reason() == PeerCallException.Reason.NOT_HANDLED) {
            Answers.text(response, Answers.NOT_FOUND, Answers.PAGE_NOT_FOUND);
            return;
        }
        if (!(cause instanceof PeerCallException)) {
            LOG.atWarn().addKeyValue("call", call.name()).setCause(cause).log("a call of another member has failed");
        }
        Answers.refusal(response, call, String.valueOf(cause.getMessage()));
    }

    private void warn(String text, long from) {
        LOG.atWarn()
                .addKeyValue("local-member-id", parts.identity().member())
                .addKeyValue("remote-peer-id-from", Long.toHexString(from))
                .addKeyValue("cluster-id", parts.identity().cluster())
                .log(text);
    }
}
