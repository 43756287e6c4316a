/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.raft.spi.PeerCalls.Handler;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers on the peer port. On the event loop. */
final class PeerService {
    private static final Logger LOG = LoggerFactory.getLogger(PeerService.class);
    private static final int SNAPSHOTS_MAX = 4;

    private final PeerParts parts;
    private final LongFunction<@Nullable Peer> peers;
    private final Workers workers;
    private final CallServer calls;
    private final Set<SnapshotReceive> receiving = ConcurrentHashMap.newKeySet();

    /**
     * Makes one.
     *
     * @param peers knows a member, or gets to know somebody who is none yet; null if there are too many of those
     */
    PeerService(PeerParts parts, LongFunction<@Nullable Peer> peers, Map<String, Handler> handlers, Workers workers) {
        this.parts = parts;
        this.peers = peers;
        this.workers = workers;
        this.calls = new CallServer(parts, handlers);
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(Methods.SERVICE)
                .addMethod(Methods.MESSAGES, this::messages)
                .addMethod(Methods.SNAPSHOT, this::snapshot)
                .addMethod(Methods.CALL, calls)
                .build();
    }

    private ServerCall.Listener<Chunks> messages(ServerCall<Chunks, Chunks> call, Metadata introduction) {
        Optional<Status> refused = refuse(introduction);
        if (refused.isPresent()) {
            return refusing(call, refused.get());
        }
        Peer peer = peers.apply(Identity.sender(introduction).orElseThrow());
        if (peer == null) {
            return refusing(call, Refusal.TOO_MANY.status());
        }
        AcceptedStream stream = new AcceptedStream(call, peer, parts.identity());
        peer.attach(stream.link());
        return stream;
    }

    private ServerCall.Listener<Chunks> snapshot(ServerCall<Chunks, Chunks> call, Metadata introduction) {
        Optional<Status> refused = refuse(introduction);
        if (refused.isPresent()) {
            return refusing(call, refused.get());
        }
        if (receiving.size() >= SNAPSHOTS_MAX) {
            return refusing(call, Status.RESOURCE_EXHAUSTED.withDescription("too many snapshots are being received"));
        }
        SnapshotReceive[] own = new SnapshotReceive[1];
        long sender = Identity.sender(introduction).orElseThrow();
        SnapshotReceive receive = new SnapshotReceive(call, sender, parts, workers, () -> receiving.remove(own[0]));
        own[0] = receive;
        receiving.add(receive);
        return receive;
    }

    private Optional<Status> refuse(Metadata introduction) {
        if (parts.gate().isClosed()) {
            return Optional.of(Status.UNAVAILABLE.withDescription("stopped"));
        }
        Optional<Refusal> refused = parts.identity().refuse(introduction);
        if (refused.isPresent()) {
            return refused.map(Refusal::status);
        }
        long sender = Identity.sender(introduction).orElseThrow();
        if (parts.gate().isRemoved(sender)) {
            LOG.atWarn()
                    .addKeyValue("local-member-id", parts.identity().member())
                    .addKeyValue("remote-peer-id-from", Long.toHexString(sender))
                    .addKeyValue("cluster-id", parts.identity().cluster())
                    .log("rejected stream from remote peer because it was removed");
            return Optional.of(Refusal.REMOVED.status());
        }
        return Optional.empty();
    }

    private ServerCall.Listener<Chunks> refusing(ServerCall<Chunks, Chunks> call, Status status) {
        call.close(status, parts.identity().signature());
        return new ServerCall.Listener<>() {};
    }

    void cancelSnapshots() {
        receiving.forEach(one -> one.cancel("stopped"));
    }
}
