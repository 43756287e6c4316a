/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Everything that a member can be told. Immutable; {@link #builder} has etcd's defaults.
 *
 * @param name name of the member
 * @param storage engine by name
 * @param dataDir folder of the member; not touched by an engine that is only in memory
 * @param walDir where the log lies, if not in the data dir
 * @param listenClientUrls where to listen for clients; nowhere if empty
 * @param advertiseClientUrls what clients are told; if empty, where it listens
 * @param listenPeerUrls where to listen for other members; nowhere if empty, and then the member stays alone
 * @param initialAdvertisePeerUrls where peers reach this member
 * @param initialCluster the members of a new cluster, this one among them; if not given, this one alone. Of no account
 *     once there is a log
 * @param initialClusterState whether the initial cluster is made or is there already
 * @param initialClusterToken token that tells clusters apart
 * @param forceNewCluster whether the other members are thrown out at the start, so that this one is alone with its data
 * @param strictReconfigCheck whether changes of the membership that would cost the quorum are refused
 * @param maxLearners most members that only learn
 * @param clientTls how clients reach https URLs
 * @param peerTls how other members reach https URLs
 * @param peerTransport how members speak with one another, by name
 * @param heartbeatMillis time between heartbeats
 * @param electionMillis time after which a follower stands for election
 * @param preVote whether a member asks whether it could win before it stands for election
 * @param initialElectionTickAdvance whether the first election comes sooner than after a whole election timeout
 * @param quotaBackendBytes bytes that the store may take: 0 for 2 GiB, negative for no bound
 * @param requestBytesMax largest request in bytes
 * @param txnOpsMax most operations of a transaction
 * @param concurrentStreamsMax most streams of one client connection
 * @param keepAliveMin clients that ping more often are sent away
 * @param keepAliveInterval pings to clients after so long without traffic
 * @param keepAliveTimeout a ping unanswered for so long ends the connection
 * @param watchProgressInterval how often quiet watchers are told the revision
 * @param snapshotCount entries between two snapshots of the log
 * @param snapshotCatchUpEntries entries kept behind a snapshot
 * @param walsMax log files kept; 0 for all
 * @param snapshotsMax snapshot files kept; 0 for all
 * @param autoCompactionMode what the retention counts
 * @param autoCompactionRetention nanoseconds or revisions kept; 0 turns automatic compaction off
 * @param compactionBatchLimit rows removed in one step of a compaction
 * @param compactionPause pause between two steps
 * @param leaseCheckpoint whether the remaining time of leases is written down
 * @param unsafeNoSync whether the log is not synced: loses data on a crash
 */
@API(status = API.Status.EXPERIMENTAL)
public record MemberConfig(
        String name,
        String storage,
        Path dataDir,
        Optional<Path> walDir,
        List<String> listenClientUrls,
        List<String> advertiseClientUrls,
        List<String> listenPeerUrls,
        List<String> initialAdvertisePeerUrls,
        Optional<InitialCluster> initialCluster,
        ClusterState initialClusterState,
        String initialClusterToken,
        boolean forceNewCluster,
        boolean strictReconfigCheck,
        int maxLearners,
        TlsConfig clientTls,
        TlsConfig peerTls,
        String peerTransport,
        long heartbeatMillis,
        long electionMillis,
        boolean preVote,
        boolean initialElectionTickAdvance,
        long quotaBackendBytes,
        int requestBytesMax,
        int txnOpsMax,
        long concurrentStreamsMax,
        Duration keepAliveMin,
        Duration keepAliveInterval,
        Duration keepAliveTimeout,
        Duration watchProgressInterval,
        long snapshotCount,
        long snapshotCatchUpEntries,
        int walsMax,
        int snapshotsMax,
        AutoCompactionMode autoCompactionMode,
        long autoCompactionRetention,
        int compactionBatchLimit,
        Duration compactionPause,
        boolean leaseCheckpoint,
        boolean unsafeNoSync) {
    /** What a retention counts. */
    public enum AutoCompactionMode {
        /** Time. */
        PERIODIC,
        /** Revisions. */
        REVISION
    }

    /** Whether the initial cluster is made or is there already. */
    public enum ClusterState {
        /** It is made: all its members start together. */
        NEW,
        /** It is there, and this member, which was added to it, joins. */
        EXISTING
    }

    /** Takes copies of lists. */
    public MemberConfig {
        listenPeerUrls = List.copyOf(listenPeerUrls);
        listenClientUrls = List.copyOf(listenClientUrls);
        advertiseClientUrls = List.copyOf(advertiseClientUrls);
        initialAdvertisePeerUrls = List.copyOf(initialAdvertisePeerUrls);
    }

    /**
     * Begins a configuration.
     *
     * @return a builder with etcd's defaults, which listens nowhere
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Puts a configuration together. Not thread-safe. */
    public static final class Builder {
        private String name = "default";
        private String storage = "rocksdb";
        private Path dataDir = Path.of("default.etcd");
        private Optional<Path> walDir = Optional.empty();
        private List<String> listenClientUrls = List.of();
        private List<String> advertiseClientUrls = List.of();
        private List<String> listenPeerUrls = List.of();
        private List<String> initialAdvertisePeerUrls = List.of("http://localhost:2380");
        private Optional<InitialCluster> initialCluster = Optional.empty();
        private ClusterState initialClusterState = ClusterState.NEW;
        private String initialClusterToken = "etcd-cluster";
        private boolean forceNewCluster = false;
        private boolean strictReconfigCheck = true;
        private int maxLearners = 1;
        private TlsConfig clientTls = TlsConfig.NONE;
        private TlsConfig peerTls = TlsConfig.NONE;
        private String peerTransport = "http";
        private long heartbeatMillis = 100;
        private long electionMillis = 1000;
        private boolean preVote = true;
        private boolean initialElectionTickAdvance = true;
        private long quotaBackendBytes = 0;
        private int requestBytesMax = 1_572_864;
        private int txnOpsMax = 128;
        private long concurrentStreamsMax = 0xFFFF_FFFFL;
        private Duration keepAliveMin = Duration.ofSeconds(5);
        private Duration keepAliveInterval = Duration.ofHours(2);
        private Duration keepAliveTimeout = Duration.ofSeconds(20);
        private Duration watchProgressInterval = Duration.ofMinutes(10);
        private long snapshotCount = 10_000;
        private long snapshotCatchUpEntries = 5_000;
        private int walsMax = 5;
        private int snapshotsMax = 5;
        private AutoCompactionMode autoCompactionMode = AutoCompactionMode.PERIODIC;
        private long autoCompactionRetention = 0;
        private int compactionBatchLimit = 1000;
        private Duration compactionPause = Duration.ofMillis(10);
        private boolean leaseCheckpoint = false;
        private boolean unsafeNoSync = false;

        private Builder() {}

        /**
         * Sets one thing: name of the member.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder name(String value) {
            name = value;
            return this;
        }

        /**
         * Sets one thing: engine by name.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder storage(String value) {
            storage = value;
            return this;
        }

        /**
         * Sets one thing: folder of the member; not touched by an engine that is only in memory.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder dataDir(Path value) {
            dataDir = value;
            return this;
        }

        /**
         * Sets one thing: where the log lies, if not in the data dir.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder walDir(Optional<Path> value) {
            walDir = value;
            return this;
        }

        /**
         * Sets one thing: where to listen for clients; nowhere if empty.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder listenClientUrls(List<String> value) {
            listenClientUrls = value;
            return this;
        }

        /**
         * Sets one thing: what clients are told; if empty, where it listens.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder advertiseClientUrls(List<String> value) {
            advertiseClientUrls = value;
            return this;
        }

        /**
         * Sets one thing: where to listen for other members; nowhere if empty, and then the member stays alone.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder listenPeerUrls(List<String> value) {
            listenPeerUrls = value;
            return this;
        }

        /**
         * Sets one thing: where peers reach this member.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder initialAdvertisePeerUrls(List<String> value) {
            initialAdvertisePeerUrls = value;
            return this;
        }

        /**
         * Sets one thing: the members of a new cluster, this one among them; if not given, this one alone. Of no
         * account once there is a log.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder initialCluster(Optional<InitialCluster> value) {
            initialCluster = value;
            return this;
        }

        /**
         * Sets one thing: whether the initial cluster is made or is there already.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder initialClusterState(ClusterState value) {
            initialClusterState = value;
            return this;
        }

        /**
         * Sets one thing: token that tells clusters apart.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder initialClusterToken(String value) {
            initialClusterToken = value;
            return this;
        }

        /**
         * Sets one thing: whether the other members are thrown out at the start, so that this one is alone with its
         * data.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder forceNewCluster(boolean value) {
            forceNewCluster = value;
            return this;
        }

        /**
         * Sets one thing: whether changes of the membership that would cost the quorum are refused.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder strictReconfigCheck(boolean value) {
            strictReconfigCheck = value;
            return this;
        }

        /**
         * Sets one thing: most members that only learn.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder maxLearners(int value) {
            maxLearners = value;
            return this;
        }

        /**
         * Sets one thing: how clients reach https URLs.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder clientTls(TlsConfig value) {
            clientTls = value;
            return this;
        }

        /**
         * Sets one thing: how other members reach https URLs.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder peerTls(TlsConfig value) {
            peerTls = value;
            return this;
        }

        /**
         * Sets one thing: how members speak with one another, by name.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder peerTransport(String value) {
            peerTransport = value;
            return this;
        }

        /**
         * Sets one thing: time between heartbeats.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder heartbeatMillis(long value) {
            heartbeatMillis = value;
            return this;
        }

        /**
         * Sets one thing: time after which a follower stands for election.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder electionMillis(long value) {
            electionMillis = value;
            return this;
        }

        /**
         * Sets one thing: whether a member asks whether it could win before it stands for election.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder preVote(boolean value) {
            preVote = value;
            return this;
        }

        /**
         * Sets one thing: whether the first election comes sooner than after a whole election timeout.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder initialElectionTickAdvance(boolean value) {
            initialElectionTickAdvance = value;
            return this;
        }

        /**
         * Sets one thing: bytes that the store may take: 0 for 2 GiB, negative for no bound.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder quotaBackendBytes(long value) {
            quotaBackendBytes = value;
            return this;
        }

        /**
         * Sets one thing: largest request in bytes.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder requestBytesMax(int value) {
            requestBytesMax = value;
            return this;
        }

        /**
         * Sets one thing: most operations of a transaction.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder txnOpsMax(int value) {
            txnOpsMax = value;
            return this;
        }

        /**
         * Sets one thing: most streams of one client connection.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder concurrentStreamsMax(long value) {
            concurrentStreamsMax = value;
            return this;
        }

        /**
         * Sets one thing: clients that ping more often are sent away.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder keepAliveMin(Duration value) {
            keepAliveMin = value;
            return this;
        }

        /**
         * Sets one thing: pings to clients after so long without traffic.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder keepAliveInterval(Duration value) {
            keepAliveInterval = value;
            return this;
        }

        /**
         * Sets one thing: a ping unanswered for so long ends the connection.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder keepAliveTimeout(Duration value) {
            keepAliveTimeout = value;
            return this;
        }

        /**
         * Sets one thing: how often quiet watchers are told the revision.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder watchProgressInterval(Duration value) {
            watchProgressInterval = value;
            return this;
        }

        /**
         * Sets one thing: entries between two snapshots of the log.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder snapshotCount(long value) {
            snapshotCount = value;
            return this;
        }

        /**
         * Sets one thing: entries kept behind a snapshot.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder snapshotCatchUpEntries(long value) {
            snapshotCatchUpEntries = value;
            return this;
        }

        /**
         * Sets one thing: log files kept; 0 for all.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder walsMax(int value) {
            walsMax = value;
            return this;
        }

        /**
         * Sets one thing: snapshot files kept; 0 for all.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder snapshotsMax(int value) {
            snapshotsMax = value;
            return this;
        }

        /**
         * Sets one thing: what the retention counts.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder autoCompactionMode(AutoCompactionMode value) {
            autoCompactionMode = value;
            return this;
        }

        /**
         * Sets one thing: nanoseconds or revisions kept; 0 turns automatic compaction off.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder autoCompactionRetention(long value) {
            autoCompactionRetention = value;
            return this;
        }

        /**
         * Sets one thing: rows removed in one step of a compaction.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder compactionBatchLimit(int value) {
            compactionBatchLimit = value;
            return this;
        }

        /**
         * Sets one thing: pause between two steps.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder compactionPause(Duration value) {
            compactionPause = value;
            return this;
        }

        /**
         * Sets one thing: whether the remaining time of leases is written down.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder leaseCheckpoint(boolean value) {
            leaseCheckpoint = value;
            return this;
        }

        /**
         * Sets one thing: whether the log is not synced: loses data on a crash.
         *
         * @param value the setting
         * @return this builder
         */
        public Builder unsafeNoSync(boolean value) {
            unsafeNoSync = value;
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @return the configuration
         */
        public MemberConfig build() {
            return new MemberConfig(
                    name,
                    storage,
                    dataDir,
                    walDir,
                    listenClientUrls,
                    advertiseClientUrls,
                    listenPeerUrls,
                    initialAdvertisePeerUrls,
                    initialCluster,
                    initialClusterState,
                    initialClusterToken,
                    forceNewCluster,
                    strictReconfigCheck,
                    maxLearners,
                    clientTls,
                    peerTls,
                    peerTransport,
                    heartbeatMillis,
                    electionMillis,
                    preVote,
                    initialElectionTickAdvance,
                    quotaBackendBytes,
                    requestBytesMax,
                    txnOpsMax,
                    concurrentStreamsMax,
                    keepAliveMin,
                    keepAliveInterval,
                    keepAliveTimeout,
                    watchProgressInterval,
                    snapshotCount,
                    snapshotCatchUpEntries,
                    walsMax,
                    snapshotsMax,
                    autoCompactionMode,
                    autoCompactionRetention,
                    compactionBatchLimit,
                    compactionPause,
                    leaseCheckpoint,
                    unsafeNoSync);
        }
    }
}
