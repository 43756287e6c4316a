/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.face.Face;
import dev.quorate.api.face.HttpBranch;
import dev.quorate.api.face.ListenerSettings;
import dev.quorate.api.inbound.Services;
import dev.quorate.api.platform.Metrics;
import dev.quorate.api.security.Tls;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open client ports of a member, with the event loops under them. */
final class GrpcListeners implements Face.Running {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcListeners.class);
    private static final int MESSAGE_ROOM_BYTES = 512 << 10;
    private static final int METADATA_BYTES_MAX = 1 << 20;

    /** Fixed: a window that follows the connection costs a ping, and its answer, for each request of a quiet one. */
    private static final int WINDOW_BYTES = 1 << 20;

    /** Larger messages than so many times the limit are cut off by gRPC itself, in its own words. */
    private static final int INBOUND_FACTOR = 8;

    /** How long calls may go on when the member stops, and how long answers have to leave after that. */
    private static final int CALLS_MILLIS = 500;

    private static final int ANSWERS_MILLIS = 100;

    private final Transport transport = Transport.best();
    private final EventLoopGroup acceptor = transport.group(1, "quorate-accept");
    private final EventLoopGroup loops;
    private final ThreadPoolExecutor pool =
            new ThreadPoolExecutor(2, 2, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(10_000), task -> {
                Thread thread = new Thread(task, "quorate-stream");
                thread.setDaemon(true);
                return thread;
            });
    private final List<Server> servers = new ArrayList<>();
    private final List<String> urls = new ArrayList<>();
    private @Nullable HttpBranch branch;

    private GrpcListeners() {
        pool.allowCoreThreadTimeOut(true);
        loops = transport.group(Math.max(1, Runtime.getRuntime().availableProcessors()), "quorate-io");
    }

    static GrpcListeners start(Services services, ListenerSettings settings, Metrics metrics) throws IOException {
        GrpcListeners listeners = new GrpcListeners();
        try {
            HttpSide http = listeners.startHttp(services, metrics);
            List<ServerServiceDefinition> definitions =
                    guarded(listeners.definitions(services, settings), services, metrics);
            for (List<URI> urls : byAddress(settings.clientUrls())) {
                listeners.listen(urls, definitions, settings, http);
            }
            return listeners;
        } catch (IOException | RuntimeException e) {
            listeners.close();
            throw e;
        }
    }

    private static List<ServerServiceDefinition> guarded(
            List<ServerServiceDefinition> definitions, Services services, Metrics metrics) {
        LeaderGuard guard = new LeaderGuard(services.health());
        CallCounters counters = new CallCounters(metrics);
        return definitions.stream()
                .map(definition -> {
                    definition.getMethods().forEach(method -> counters.prepare(method.getMethodDescriptor()));
                    return ServerInterceptors.intercept(definition, guard, counters);
                })
                .toList();
    }

    private HttpSide startHttp(Services services, Metrics metrics) {
        HttpBranch found = ServiceLoader.load(HttpBranch.class).findFirst().orElse(null);
        if (found == null) {
            return new PlainHttp(services);
        }
        String address = "quorate-http-" + Integer.toHexString(System.identityHashCode(this));
        found.start(address, services, metrics);
        branch = found;
        return new HttpRelay(address);
    }

    private List<ServerServiceDefinition> definitions(Services services, ListenerSettings settings) {
        CallLimits limits = new CallLimits(services, settings.requestBytesMax() + MESSAGE_ROOM_BYTES);
        return List.of(
                KvMethods.of(services.kv(), limits, pool),
                new ServiceMethods(dev.quorate.wire.etcdserverpb.RpcProto.getDescriptor(), "Watch", limits)
                        .method("Watch", new WatchCall.Method(limits, services.watches()))
                        .build(),
                LeaseMethods.of(services.leases(), limits),
                ClusterMethods.of(services.cluster(), limits),
                MemberMethods.of(services.maintenance(), limits, pool),
                LockMethods.of(services.locks(), limits),
                LockMethods.of(services.elections(), limits),
                new HealthMethods(services.health()).bindService(),
                ProtoReflectionServiceV1.newInstance().bindService());
    }

    /** Puts URLs together that share an address; such a port takes connections with TLS and without. */
    private static Collection<List<URI>> byAddress(List<String> urls) throws IOException {
        Map<String, List<URI>> addresses = new LinkedHashMap<>();
        for (String url : urls) {
            URI uri = URI.create(url);
            if (!"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme())) {
                throw new IOException("cannot listen on " + url + ": only http and https are served");
            }
            addresses
                    .computeIfAbsent(uri.getAuthority(), none -> new ArrayList<>())
                    .add(uri);
        }
        return addresses.values();
    }

    private static @Nullable PortTls tls(List<URI> sharing, ListenerSettings settings) throws IOException {
        boolean secure = sharing.stream().anyMatch(uri -> uri.getScheme().equals("https"));
        if (!secure) {
            return null;
        }
        Tls tls = settings.tls();
        if (tls == null) {
            throw new IOException("cannot listen on " + sharing.get(0) + ": there is no certificate");
        }
        return PortTls.of(tls, sharing.stream().anyMatch(uri -> uri.getScheme().equals("http")));
    }

    private void listen(
            List<URI> sharing, List<ServerServiceDefinition> definitions, ListenerSettings settings, HttpSide http)
            throws IOException {
        URI uri = sharing.get(0);
        PortTls tls = tls(sharing, settings);
        InetSocketAddress address = uri.getHost() == null || "0.0.0.0".equals(uri.getHost())
                ? new InetSocketAddress(uri.getPort())
                : new InetSocketAddress(uri.getHost(), uri.getPort());
        Set<String> names = definitions.stream()
                .map(definition -> definition.getServiceDescriptor().getName())
                .collect(Collectors.toSet());
        NettyServerBuilder builder = NettyServerBuilder.forAddress(address)
                .directExecutor()
                .channelType(transport.channelType())
                .bossEventLoopGroup(acceptor)
                .workerEventLoopGroup(loops)
                .withOption(ChannelOption.SO_BACKLOG, 4096)
                .withChildOption(ChannelOption.TCP_NODELAY, true)
                .maxInboundMessageSize((int) Math.min(
                        Integer.MAX_VALUE, (long) INBOUND_FACTOR * (settings.requestBytesMax() + MESSAGE_ROOM_BYTES)))
                .flowControlWindow(WINDOW_BYTES)
                .maxInboundMetadataSize(METADATA_BYTES_MAX)
                .maxConcurrentCallsPerConnection((int) Math.min(Integer.MAX_VALUE, settings.concurrentStreamsMax()))
                .permitKeepAliveTime(settings.keepAliveMinNanos(), TimeUnit.NANOSECONDS)
                .permitKeepAliveWithoutCalls(false)
                .keepAliveTime(settings.keepAliveIntervalNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTimeout(settings.keepAliveTimeoutNanos(), TimeUnit.NANOSECONDS)
                .fallbackHandlerRegistry(new UnknownMethods(names));
        SharedPort.install(builder, http, tls);
        definitions.forEach(builder::addService);
        Server server;
        try {
            server = builder.build().start();
        } catch (IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("listen tcp " + uri.getHost() + ":" + uri.getPort() + ": " + cause.getMessage(), e);
        }
        servers.add(server);
        for (URI each : sharing) {
            urls.add(each.getScheme() + "://" + uri.getHost() + ":" + portOf(server.getListenSockets()));
        }
        LOG.atInfo()
                .addKeyValue("traffic", "grpc+http")
                .addKeyValue("address", uri.getHost() + ":" + server.getPort())
                .log(
                        tls == null
                                ? "serving client traffic insecurely; this is strongly discouraged!"
                                : "serving client traffic securely");
    }

    private static int portOf(List<? extends SocketAddress> sockets) {
        return sockets.get(0) instanceof InetSocketAddress address ? address.getPort() : 0;
    }

    @Override
    public List<String> clientUrls() {
        return List.copyOf(urls);
    }

    @Override
    public void drain() {
        servers.forEach(Server::shutdown);
        awaitEnd(CALLS_MILLIS);
    }

    @Override
    public void close() {
        servers.forEach(Server::shutdown);
        awaitEnd(ANSWERS_MILLIS);
        servers.forEach(Server::shutdownNow);
        awaitEnd(CALLS_MILLIS);
        HttpBranch http = branch;
        if (http != null) {
            http.stop();
        }
        pool.shutdown();
        acceptor.shutdownGracefully(0, 200, TimeUnit.MILLISECONDS);
        loops.shutdownGracefully(0, 200, TimeUnit.MILLISECONDS);
    }

    /** Waits until no call is open any more, but not for ever. */
    private void awaitEnd(int millisEach) {
        try {
            for (Server server : servers) {
                server.awaitTermination(millisEach, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The sockets under the event loops: epoll where there is one.
     *
     * @param factory makes the handler of an event loop's I/O
     * @param channelType the listening socket
     */
    private record Transport(io.netty.channel.IoHandlerFactory factory, Class<? extends ServerChannel> channelType) {
        static Transport best() {
            return io.netty.channel.epoll.Epoll.isAvailable()
                    ? new Transport(
                            io.netty.channel.epoll.EpollIoHandler.newFactory(),
                            io.netty.channel.epoll.EpollServerSocketChannel.class)
                    : new Transport(
                            io.netty.channel.nio.NioIoHandler.newFactory(),
                            io.netty.channel.socket.nio.NioServerSocketChannel.class);
        }

        EventLoopGroup group(int threads, String name) {
            return new io.netty.channel.MultiThreadIoEventLoopGroup(
                    threads, new io.netty.util.concurrent.DefaultThreadFactory(name, true), LocalToo.beside(factory));
        }
    }
}
