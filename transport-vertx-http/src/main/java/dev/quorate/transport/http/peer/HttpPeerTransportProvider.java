/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

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
 * The transport {@code http}: etcd's own peer protocol.
 *
 * <p>A client checks that a certificate is for the host that it dialled; a context whose trust manager is an
 * {@link javax.net.ssl.X509ExtendedTrustManager} may decide otherwise. Thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class HttpPeerTransportProvider implements PeerTransportProvider {
    /** Creates a provider. */
    public HttpPeerTransportProvider() {}

    @Override
    public String name() {
        return "http";
    }

    @Override
    public Peers open(PeerSettings settings, PeerObserver observer) {
        HttpPeerTransport transport = new HttpPeerTransport(settings, observer);
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
        PeerNet net = new PeerNet(tls, timeoutNanos);
        return new CallClient(net, null)
                .call(urls, name, request, timeoutNanos)
                .whenComplete((answer, failure) -> net.close());
    }
}
