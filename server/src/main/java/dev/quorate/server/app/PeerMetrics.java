/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.platform.Metrics;
import dev.quorate.raft.spi.PeerObserver;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apiguardian.api.API;

/**
 * Measures what goes on between members, under etcd's names. Thread-safe. Source: etcd v3.7.1,
 * {@code server/etcdserver/api/rafthttp/metrics.go}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class PeerMetrics implements PeerObserver {
    private static final double NANOS_OF_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Metrics metrics;
    private final String local;
    private final Map<Long, Peer> peers = new ConcurrentHashMap<>();

    /**
     * Begins to measure.
     *
     * @param metrics takes the measurements
     * @param memberId this member
     */
    public PeerMetrics(Metrics metrics, long memberId) {
        this.metrics = metrics;
        this.local = Long.toHexString(memberId);
    }

    /** The instruments of one other member. */
    private final class Peer {
        private final String[] to;
        private final String[] from;
        private final Metrics.Counter sent;
        private final Metrics.Counter received;
        private final Metrics.Counter sendFailures;
        private final Metrics.Counter receiveFailures;
        private final Metrics.Counter disconnections;
        private final Metrics.Histogram roundTrip;
        private volatile boolean active;

        Peer(long id) {
            String remote = Long.toHexString(id);
            to = new String[] {"To", remote};
            from = new String[] {"From", remote};
            String[] both = {"Local", local, "Remote", remote};
            sent = metrics.counter(
                    "etcd_network_peer_sent_bytes_total", "The total number of bytes sent to peers.", to);
            received = metrics.counter(
                    "etcd_network_peer_received_bytes_total", "The total number of bytes received from peers.", from);
            sendFailures = metrics.counter(
                    "etcd_network_peer_sent_failures_total", "The total number of send failures from peers.", to);
            receiveFailures = metrics.counter(
                    "etcd_network_peer_received_failures_total",
                    "The total number of receive failures from peers.",
                    from);
            disconnections = metrics.counter(
                    "etcd_network_disconnected_peers_total", "The total number of disconnected peers.", both);
            roundTrip = metrics.histogram(
                    "etcd_network_peer_round_trip_time_seconds",
                    "Round-Trip-Time histogram between peers",
                    Metrics.exponentialBuckets(0.0001, 2, 16),
                    to);
            metrics.gauge(
                    "etcd_network_active_peers",
                    "The current number of active peer connections.",
                    () -> active ? 1 : 0,
                    both);
        }

        void snapshotSent(double seconds, boolean arrived) {
            if (!arrived) {
                metrics.counter("etcd_network_snapshot_send_failures", "Total number of snapshot send failures", to)
                        .add(1);
                return;
            }
            metrics.counter("etcd_network_snapshot_send_success", "Total number of successful snapshot sends", to)
                    .add(1);
            metrics.histogram(
                            "etcd_network_snapshot_send_total_duration_seconds",
                            "Total latency distributions of v3 snapshot sends",
                            Metrics.exponentialBuckets(0.1, 2, 10),
                            to)
                    .observe(seconds);
        }

        void snapshotReceived(double seconds, boolean whole) {
            if (!whole) {
                metrics.counter(
                                "etcd_network_snapshot_receive_failures",
                                "Total number of snapshot receive failures",
                                from)
                        .add(1);
                return;
            }
            metrics.counter(
                            "etcd_network_snapshot_receive_success",
                            "Total number of successful snapshot receives",
                            from)
                    .add(1);
            metrics.histogram(
                            "etcd_network_snapshot_receive_total_duration_seconds",
                            "Total latency distributions of v3 snapshot receives",
                            Metrics.exponentialBuckets(0.1, 2, 10),
                            from)
                    .observe(seconds);
        }
    }

    private Peer of(long id) {
        Peer known = peers.get(id);
        return known != null ? known : peers.computeIfAbsent(id, Peer::new);
    }

    @Override
    public void sent(long memberId, long bytes) {
        of(memberId).sent.add((double) bytes);
    }

    @Override
    public void received(long memberId, long bytes) {
        of(memberId).received.add((double) bytes);
    }

    @Override
    public void sendFailed(long memberId) {
        of(memberId).sendFailures.add(1);
    }

    @Override
    public void receiveFailed(long memberId) {
        of(memberId).receiveFailures.add(1);
    }

    @Override
    public void active(long memberId, boolean active) {
        Peer peer = of(memberId);
        if (peer.active && !active) {
            peer.disconnections.add(1);
        }
        peer.active = active;
    }

    @Override
    public void roundTrip(long memberId, long nanos) {
        of(memberId).roundTrip.observe(nanos / NANOS_OF_SECOND);
    }

    @Override
    public void snapshotSent(long memberId, long nanos, boolean arrived) {
        of(memberId).snapshotSent(nanos / NANOS_OF_SECOND, arrived);
    }

    @Override
    public void snapshotReceived(long memberId, long nanos, boolean whole) {
        of(memberId).snapshotReceived(nanos / NANOS_OF_SECOND, whole);
    }
}
