/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.embed;

import dev.quorate.api.inbound.Cluster;
import dev.quorate.api.inbound.Elections;
import dev.quorate.api.inbound.Kv;
import dev.quorate.api.inbound.Leases;
import dev.quorate.api.inbound.Locks;
import dev.quorate.api.inbound.Maintenance;
import dev.quorate.api.inbound.Services;
import dev.quorate.api.inbound.Watches;
import dev.quorate.server.boot.InitialCluster;
import dev.quorate.server.boot.MemberConfig;
import dev.quorate.server.boot.RunningMember;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apiguardian.api.API;

/**
 * A member inside a Java program: the same engine as the server, without a port unless one is asked for.
 *
 * <pre>{@code
 * try (EmbeddedMember member = EmbeddedMember.inMemory().start()) {
 *     Bytes key = Bytes.utf8("greeting");
 *     member.kv().put(PutRequest.of(key, Bytes.utf8("hello"))).join();
 *     KeyValue stored = member.kv().range(RangeRequest.of(key)).join().kvs().get(0);
 * }
 * }</pre>
 *
 * <p>Thread-safe. On a directory, what was answered is durable; in memory nothing outlives {@link #close}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class EmbeddedMember implements AutoCloseable {
    private final RunningMember member;

    private EmbeddedMember(RunningMember member) {
        this.member = member;
    }

    /**
     * Begins a member that lives in memory only and touches no file.
     *
     * @return its builder
     */
    public static Builder inMemory() {
        return new Builder(MemberConfig.builder().storage("memory"));
    }

    /**
     * Begins a member that lives in a folder, on the engine {@code h2} unless {@link Builder#storage} says otherwise.
     *
     * @param directory the folder, made if need be; one process at a time
     * @return its builder
     */
    public static Builder on(Path directory) {
        return new Builder(MemberConfig.builder().storage("h2").dataDir(directory));
    }

    /**
     * Returns the port to keys.
     *
     * @return the port
     */
    public Kv kv() {
        return services().kv();
    }

    /**
     * Returns the port to watches.
     *
     * @return the port
     */
    public Watches watches() {
        return services().watches();
    }

    /**
     * Returns the port to leases.
     *
     * @return the port
     */
    public Leases leases() {
        return services().leases();
    }

    /**
     * Returns the port to locks.
     *
     * @return the port
     */
    public Locks locks() {
        return services().locks();
    }

    /**
     * Returns the port to elections.
     *
     * @return the port
     */
    public Elections elections() {
        return services().elections();
    }

    /**
     * Returns the port to membership.
     *
     * @return the port
     */
    public Cluster cluster() {
        return services().cluster();
    }

    /**
     * Returns the port to maintenance.
     *
     * @return the port
     */
    public Maintenance maintenance() {
        return services().maintenance();
    }

    /**
     * Returns all ports.
     *
     * @return the ports
     */
    public Services services() {
        return member.services();
    }

    /**
     * Returns where clients reach the member.
     *
     * @return URLs; none unless {@link Builder#listen} was called
     */
    public List<String> clientUrls() {
        return member.clientUrls();
    }

    /**
     * Completes once the member serves: in a cluster, once a majority of the members run.
     *
     * @return fails with a {@link dev.quorate.server.boot.BootException} if that will never be
     */
    public CompletableFuture<Void> ready() {
        return member.ready();
    }

    /** Stops the member. Calls under way fail. */
    @Override
    public void close() {
        member.close();
    }

    /** Settings of a member. Not thread-safe. */
    public static final class Builder {
        private final MemberConfig.Builder config;
        private Optional<InitialCluster> cluster = Optional.empty();
        private List<String> listenPeerUrls = List.of();

        private Builder(MemberConfig.Builder config) {
            this.config = config;
        }

        /**
         * Names the member.
         *
         * @param name the name
         * @return this builder
         */
        public Builder name(String name) {
            config.name(name);
            return this;
        }

        /**
         * Chooses the engine.
         *
         * @param name {@code h2}, {@code memory}, or {@code rocksdb} if its module is on the class path
         * @return this builder
         */
        public Builder storage(String name) {
            config.storage(name);
            return this;
        }

        /**
         * Opens a port for other processes, served by the transports on the class path.
         *
         * @param clientUrl such as {@code http://127.0.0.1:0}; port 0 lets the system choose
         * @return this builder
         */
        public Builder listen(String clientUrl) {
            config.listenClientUrls(List.of(clientUrl));
            return this;
        }

        /**
         * Bounds the bytes that the store may take.
         *
         * @param bytes 0 for 2 GiB, negative for no bound
         * @return this builder
         */
        public Builder quotaBytes(long bytes) {
            config.quotaBackendBytes(bytes);
            return this;
        }

        /**
         * Makes the member one of a new cluster, whose members are all told the same. Each needs a name of its own, and
         * a transport on the class path.
         *
         * @param members names and where they are reached, such as
         *     {@code a=http://10.0.0.1:2380,b=http://10.0.0.2:2380,c=http://10.0.0.3:2380}
         * @return this builder
         */
        public Builder initialCluster(String members) {
            cluster = Optional.of(InitialCluster.parse(members));
            config.initialCluster(cluster);
            return this;
        }

        /**
         * Lets the member join a cluster that is there already and to which it was added, instead of making a new one.
         *
         * @return this builder
         */
        public Builder joinExisting() {
            config.initialClusterState(MemberConfig.ClusterState.EXISTING);
            return this;
        }

        /**
         * Tells this cluster from others whose members are reached in the same places.
         *
         * @param token the same for all members
         * @return this builder
         */
        public Builder initialClusterToken(String token) {
            config.initialClusterToken(token);
            return this;
        }

        /**
         * Opens ports for other members. If this is not called, a member of a cluster listens where the
         * {@linkplain #initialCluster initial cluster} says that it is reached.
         *
         * @param urls such as {@code http://0.0.0.0:2380}
         * @return this builder
         */
        public Builder listenPeerUrls(List<String> urls) {
            listenPeerUrls = urls;
            return this;
        }

        /**
         * Chooses how members speak with one another.
         *
         * @param name name of a transport on the class path, {@code http} unless this is called
         * @return this builder
         */
        public Builder peerTransport(String name) {
            config.peerTransport(name);
            return this;
        }

        /**
         * Starts the member and waits until it serves. In a cluster that takes until a majority of the members run.
         *
         * @return the running member; close it
         * @throws dev.quorate.server.boot.BootException if it cannot start
         */
        public EmbeddedMember start() {
            return new EmbeddedMember(RunningMember.start(build()));
        }

        /**
         * Starts the member without waiting for others; calls fail until it is {@linkplain EmbeddedMember#ready ready}.
         *
         * @return the running member; close it
         * @throws dev.quorate.server.boot.BootException if it cannot start
         */
        public EmbeddedMember launch() {
            return new EmbeddedMember(RunningMember.launch(build()));
        }

        private MemberConfig build() {
            String name = config.build().name();
            List<String> own = cluster.map(all -> all.members().getOrDefault(name, List.of()))
                    .orElse(List.of());
            if (!own.isEmpty()) {
                config.initialAdvertisePeerUrls(own);
            }
            return config.listenPeerUrls(listenPeerUrls.isEmpty() ? own : listenPeerUrls)
                    .build();
        }
    }
}
