/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one event loop of a peer transport, with epoll under it where there is one. Everything that the transport knows
 * of other members is confined to it. Thread-safe; what is given to it after its end is dropped.
 */
final class Loop implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);
    private static final long STOP_SECONDS_MAX = 5;

    private final boolean epoll = Epoll.isAvailable();
    private final EventLoopGroup group;
    private final EventLoop loop;

    Loop() {
        IoHandlerFactory factory = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("quorate-peers", true), factory);
        loop = group.next();
    }

    EventLoopGroup group() {
        return group;
    }

    Class<? extends Channel> channelType() {
        return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    Class<? extends ServerChannel> serverChannelType() {
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    boolean isHere() {
        return loop.inEventLoop();
    }

    /** Runs a task on the loop: at once if the caller is there already. */
    @Override
    public void execute(Runnable task) {
        if (isHere()) {
            task.run();
        } else {
            later(task);
        }
    }

    /** Runs a task on the loop, behind what waits there. */
    void later(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.trace("the event loop has ended", e);
        }
    }

    /** Runs a task on the loop after some time. Only on the loop. */
    Future<?> after(long nanos, Runnable task) {
        return loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    /** Runs a task on the loop again and again. Only on the loop. */
    void every(long nanos, Runnable task) {
        var unused = loop.scheduleAtFixedRate(task, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /** Ends it; waits for that, with a bound, unless called on the loop itself. */
    void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        try {
            if (!isHere() && !group.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                LOG.warn("the event loop of the peer transport did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
