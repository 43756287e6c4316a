/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.PeerObserver;
import dev.quorate.raft.spi.PeerSettings;
import dev.quorate.raft.spi.PeerTls;
import dev.quorate.raft.spi.PeerTransportProvider;
import dev.quorate.raft.spi.PeerUrl;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The transport {@code grpc}: bidirectional streams among members of ours; those of real etcd do not speak it.
 *
 * <p>A client checks that a certificate is for the host that it dialled; a context whose trust manager is an
 * {@link javax.net.ssl.X509ExtendedTrustManager} may decide otherwise. Thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class GrpcPeerTransportProvider implements PeerTransportProvider {
    /** Creates a provider. */
    public GrpcPeerTransportProvider() {}

    @Override
    public String name() {
        return "grpc";
    }

    @Override
    public Peers open(PeerSettings settings, PeerObserver observer) {
        GrpcPeerTransport transport = new GrpcPeerTransport(settings, observer);
        return new Peers(transport, transport);
    }

    @Override
    public CompletionStage<Answer> ask(
            String url, String name, Bytes request, @Nullable PeerTls tls, long timeoutNanos) {
        List<PeerUrl> urls;
        try {
            urls = List.of(PeerUrl.of(url));
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
        Loop loop = new Loop();
        Channels channels = new Channels(loop, tls, timeoutNanos);
        CallRoute route = new CallRoute(channels);
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        answer.whenComplete((some, failure) -> loop.execute(() -> {
            route.close();
            channels.close();
            loop.close();
        }));
        loop.execute(() -> new CallClient(loop, channels, null)
                .call(route, urls, name, request, timeoutNanos)
                .whenComplete((got, failure) -> {
                    if (failure == null) {
                        answer.complete(got);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                }));
        return answer;
    }
}
