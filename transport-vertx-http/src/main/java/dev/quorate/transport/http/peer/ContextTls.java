/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * Lets Vert.x secure connections by a context of the JDK, whose owner decides on keys and trust. Clients check that the
 * certificate is for the host that they dialled, unless the context's trust manager looks after that itself.
 */
final class ContextTls extends JdkSSLEngineOptions {
    private final SSLContext context;
    private final boolean clientAuth;

    ContextTls(SSLContext context, boolean clientAuth) {
        this.context = context;
        this.clientAuth = clientAuth;
    }

    @Override
    public ContextTls copy() {
        return new ContextTls(context, clientAuth);
    }

    @Override
    public SslContextFactory sslContextFactory() {
        return new Factory(context, clientAuth);
    }

    /** Told by Vert.x which side it is for. */
    private static final class Factory implements SslContextFactory {
        private final SSLContext context;
        private final boolean clientAuth;
        private boolean server;

        Factory(SSLContext context, boolean clientAuth) {
            this.context = context;
            this.clientAuth = clientAuth;
        }

        @Override
        public SslContextFactory forServer(ClientAuth wanted) {
            server = true;
            return this;
        }

        @Override
        public SslContext create() {
            JdkSslContext plain = new JdkSslContext(
                    context,
                    !server,
                    null,
                    IdentityCipherSuiteFilter.INSTANCE,
                    ApplicationProtocolConfig.DISABLED,
                    server && clientAuth ? ClientAuth.REQUIRE : ClientAuth.NONE,
                    null,
                    false);
            return server ? plain : new NamedHosts(plain);
        }
    }

    /** Binds a certificate to the host that was dialled. */
    private static final class NamedHosts extends DelegatingSslContext {
        NamedHosts(SslContext plain) {
            super(plain);
        }

        @Override
        protected void initEngine(SSLEngine engine) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
        }
    }
}
