/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a transport tells, under etcd's names and labels. */
class PeerMetricsTest {
    private final CountedMetrics metrics = new CountedMetrics();
    private final PeerMetrics peers = new PeerMetrics(metrics, 0xA);

    @Test
    void countsPerMember() {
        peers.sent(0xB, 10);
        peers.sent(0xB, 5);
        peers.received(0xC, 7);
        peers.sendFailed(0xB);
        peers.roundTrip(0xB, 2_000_000_000L);
        assertThat(metrics.value("etcd_network_peer_sent_bytes_total b")).isEqualTo(15);
        assertThat(metrics.value("etcd_network_peer_received_bytes_total c")).isEqualTo(7);
        assertThat(metrics.value("etcd_network_peer_sent_failures_total b")).isEqualTo(1);
        assertThat(metrics.value("etcd_network_peer_sent_failures_total c")).isZero();
        assertThat(metrics.value("etcd_network_peer_round_trip_time_seconds b")).isEqualTo(2);
    }

    @Test
    void countsOnlyConnectionsThatWereThere() {
        peers.active(0xB, false);
        peers.active(0xB, true);
        assertThat(metrics.value("etcd_network_active_peers a b")).isEqualTo(1);
        peers.active(0xB, false);
        peers.active(0xB, false);
        assertThat(metrics.value("etcd_network_active_peers a b")).isZero();
        assertThat(metrics.value("etcd_network_disconnected_peers_total a b")).isEqualTo(1);
    }

    @Test
    void measuresSnapshots() {
        peers.snapshotSent(0xB, 3_000_000_000L, true);
        peers.snapshotSent(0xB, 1, false);
        peers.snapshotReceived(0xB, 1, false);
        assertThat(metrics.value("etcd_network_snapshot_send_success b")).isEqualTo(1);
        assertThat(metrics.value("etcd_network_snapshot_send_total_duration_seconds b"))
                .isEqualTo(3);
        assertThat(metrics.value("etcd_network_snapshot_send_failures b")).isEqualTo(1);
        assertThat(metrics.value("etcd_network_snapshot_receive_failures b")).isEqualTo(1);
    }
}
