/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.raft.spi.PeerTls;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import javax.net.ssl.SSLContext;

/**
 * The JDK's TLS as gRPC wants it. Clients check that a certificate is for the host that they dialled, unless the
 * context's trust manager looks after that itself.
 */
final class TlsContexts {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private TlsContexts() {}

    static SslContext client(PeerTls tls) {
        return context(tls.client(), true, ClientAuth.NONE);
    }

    static SslContext server(PeerTls tls) {
        return context(tls.server(), false, tls.clientAuth() ? ClientAuth.REQUIRE : ClientAuth.NONE);
    }

    private static SslContext context(SSLContext context, boolean client, ClientAuth clientAuth) {
        ApplicationProtocolConfig http2 = new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                "h2");
        return new JdkSslContext(
                context, client, null, IdentityCipherSuiteFilter.INSTANCE, http2, clientAuth, PROTOCOLS.clone(), false);
    }
}
