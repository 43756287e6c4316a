/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.local.LocalIoHandler;

/**
 * The I/O of an event loop that serves local channels beside its sockets, so that a connection and its relay inside the
 * JVM live on one thread. Netty's handlers take one kind each; local channels need no polling, only a place on a loop.
 */
final class LocalToo implements IoHandler {
    private final IoHandler sockets;
    private final IoHandler locals;

    private LocalToo(IoHandler sockets, IoHandler locals) {
        this.sockets = sockets;
        this.locals = locals;
    }

    static IoHandlerFactory beside(IoHandlerFactory sockets) {
        IoHandlerFactory locals = LocalIoHandler.newFactory();
        return executor -> new LocalToo(sockets.newHandler(executor), locals.newHandler(executor));
    }

    @Override
    public void initialize() {
        sockets.initialize();
        locals.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return sockets.run(context);
    }

    @Override
    public void wakeup() {
        sockets.wakeup();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return (sockets.isCompatible(handle.getClass()) ? sockets : locals).register(handle);
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return sockets.isCompatible(type) || locals.isCompatible(type);
    }

    @Override
    public void prepareToDestroy() {
        locals.prepareToDestroy();
        sockets.prepareToDestroy();
    }

    @Override
    public void destroy() {
        locals.destroy();
        sockets.destroy();
    }
}
