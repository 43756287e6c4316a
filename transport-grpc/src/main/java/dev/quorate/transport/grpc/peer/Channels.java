/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.raft.spi.PeerTls;
import dev.quorate.raft.spi.PeerUrl;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Opens channels to other members. A channel has one address and is not used again once it has failed, so that when and
 * where to connect next is decided here and not by gRPC. Thread-safe.
 */
final class Channels {
    /** Fixed: a window that follows the connection costs a ping, and its answer, for each message of a quiet one. */
    static final int WINDOW_BYTES = 1 << 20;

    static final int METADATA_BYTES_MAX = 64 << 10;

    /** Of one message of gRPC; what may be longer is cut into pieces. Answers to calls are not. */
    static final int MESSAGE_BYTES_MAX = 4 << 20;

    static final int ANSWER_BYTES_MAX = 100 << 20;

    private static final int LOOKUPS_MAX = 4;

    private final Loop loop;
    private final @Nullable SslContext tls;
    private final int connectMillis;
    private final ThreadPoolExecutor lookups =
            new ThreadPoolExecutor(LOOKUPS_MAX, LOOKUPS_MAX, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread thread = new Thread(task, "quorate-peer-lookup");
                thread.setDaemon(true);
                return thread;
            });

    Channels(Loop loop, @Nullable PeerTls tls, long connectNanos) {
        this.loop = loop;
        this.tls = tls == null ? null : TlsContexts.client(tls);
        connectMillis = (int) Math.min(Integer.MAX_VALUE, Math.max(1, TimeUnit.NANOSECONDS.toMillis(connectNanos)));
        lookups.allowCoreThreadTimeOut(true);
    }

    /** Opens a channel, which connects when it is used. */
    ManagedChannel open(Target target) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(target.address())
                .eventLoopGroup(loop.group())
                .channelType(loop.channelType(), InetSocketAddress.class)
                .executor(loop)
                .overrideAuthority(authority(target.url()))
                .proxyDetector(address -> null)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
                .withOption(ChannelOption.TCP_NODELAY, true)
                .flowControlWindow(WINDOW_BYTES)
                .maxInboundMetadataSize(METADATA_BYTES_MAX)
                .maxInboundMessageSize(ANSWER_BYTES_MAX)
                .disableRetry()
                .disableServiceConfigLookUp();
        SslContext securing = tls;
        if (target.url().tls() && securing != null) {
            builder.sslContext(securing);
        } else {
            builder.usePlaintext();
        }
        return builder.build();
    }

    private static String authority(PeerUrl url) {
        return (url.host().indexOf(':') >= 0 ? "[" + url.host() + "]" : url.host()) + ":" + url.port();
    }

    /**
     * Finds the addresses of a URL. Names are looked up on other threads.
     *
     * @return one address at least; failed if there is none
     */
    CompletableFuture<List<Target>> find(PeerUrl url) {
        if (url.tls() && tls == null) {
            return CompletableFuture.failedFuture(new IllegalStateException("there are no certificates for " + url));
        }
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(url.host());
        try {
            if (literal != null) {
                return CompletableFuture.completedFuture(targets(url, InetAddress.getByAddress(literal)));
            }
        } catch (UnknownHostException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<List<Target>> found = new CompletableFuture<>();
        try {
            lookups.execute(() -> {
                try {
                    found.complete(targets(url, InetAddress.getAllByName(url.host())));
                } catch (UnknownHostException | RuntimeException e) {
                    found.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            found.completeExceptionally(e);
        }
        return found;
    }

    private static List<Target> targets(PeerUrl url, InetAddress... addresses) {
        List<Target> targets = new ArrayList<>();
        for (InetAddress address : addresses) {
            targets.add(new Target(url, new InetSocketAddress(address, url.port())));
        }
        return targets;
    }

    /** Finds the addresses of several URLs, in their order; those that have none are passed over. */
    CompletableFuture<List<Target>> findAll(List<PeerUrl> urls) {
        CompletableFuture<List<Target>> all = CompletableFuture.completedFuture(List.of());
        for (PeerUrl url : urls) {
            CompletableFuture<List<Target>> one = find(url).exceptionally(failure -> List.of());
            all = all.thenCombine(one, (some, more) -> {
                List<Target> both = new ArrayList<>(some);
                both.addAll(more);
                return both;
            });
        }
        return all;
    }

    /** Stops looking up names. */
    void close() {
        lookups.shutdownNow();
    }
}
