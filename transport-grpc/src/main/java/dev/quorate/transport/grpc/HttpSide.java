/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import io.netty.channel.ChannelHandlerContext;

/** Takes over connections that turn out to speak HTTP and not gRPC. */
interface HttpSide {
    /**
     * Takes a connection over: adds handlers behind a context. What was read already is passed on afterwards.
     *
     * @param context the place of the handler that gives the connection away; it is removed afterwards
     * @param http2 whether it speaks HTTP/2; only if {@link #speaksHttp2}
     */
    void take(ChannelHandlerContext context, boolean http2);

    /** Tells whether connections that speak HTTP/2 can be taken too. */
    boolean speaksHttp2();
}
