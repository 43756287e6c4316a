/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.security.Tls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslHandler;

/**
 * TLS on a client port.
 *
 * @param context the JDK's TLS, which offers {@code h2} and {@code http/1.1}
 * @param plainToo whether connections without TLS are taken at the same address
 */
record PortTls(JdkSslContext context, boolean plainToo) {
    private static final int HANDSHAKE_RECORD = 0x16;

    static PortTls of(Tls tls, boolean plainToo) {
        return new PortTls(
                new JdkSslContext(
                        tls.server(),
                        false,
                        null,
                        IdentityCipherSuiteFilter.INSTANCE,
                        new ApplicationProtocolConfig(
                                ApplicationProtocolConfig.Protocol.ALPN,
                                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                                "h2",
                                "http/1.1"),
                        tls.clientAuth() ? ClientAuth.REQUIRE : ClientAuth.NONE,
                        new String[] {"TLSv1.3", "TLSv1.2"},
                        false),
                plainToo);
    }

    /** Tells whether a connection that begins with a byte is secured. */
    static boolean isSecured(int firstByte) {
        return firstByte == HANDSHAKE_RECORD;
    }

    SslHandler newHandler(ByteBufAllocator allocator) {
        return context.newHandler(allocator);
    }
}
