/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import io.netty.channel.ChannelHandlerContext;

/** Takes over connections that turn out to speak HTTP/1.x. */
interface HttpSide {
    /**
     * Takes a connection over: adds handlers behind a context. What was read already is passed on afterwards.
     *
     * @param context the place of the handler that gives the connection away; it is removed afterwards
     */
    void take(ChannelHandlerContext context);
}
