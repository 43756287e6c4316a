/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.platform.Metrics;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class PrometheusMetricsTest {
    private final PrometheusMetrics metrics = new PrometheusMetrics();

    private List<String> lines(String part) {
        return metrics.text().lines().filter(line -> line.contains(part)).toList();
    }

    @Test
    void showsEveryNameAsItWasRegistered() {
        metrics.gauge("etcd_server_proposals_applied_total", "A gauge that looks like a counter.", () -> 4);
        metrics.counter("etcd_server_health_success", "A counter that looks like a gauge.")
                .add(3);
        metrics.counter("etcd_mvcc_put_total", "A counter.").add(2_000_000);

        assertThat(lines("proposals_applied"))
                .containsExactly(
                        "# HELP etcd_server_proposals_applied_total A gauge that looks like a counter.",
                        "# TYPE etcd_server_proposals_applied_total gauge",
                        "etcd_server_proposals_applied_total 4");
        assertThat(lines("health_success"))
                .containsExactly(
                        "# HELP etcd_server_health_success A counter that looks like a gauge.",
                        "# TYPE etcd_server_health_success counter",
                        "etcd_server_health_success 3");
        assertThat(lines("put_total")).contains("etcd_mvcc_put_total 2e+06");
    }

    @Test
    void showsHistogramsWithGrowingBuckets() {
        Metrics.Histogram histogram = metrics.histogram(
                "etcd_debugging_lease_ttl_total", "TTLs.", Metrics.exponentialBuckets(1, 2, 3), "op", "x");
        histogram.observe(1);
        histogram.observe(1.5);
        histogram.observe(100);

        assertThat(lines("lease_ttl"))
                .containsExactly(
                        "# HELP etcd_debugging_lease_ttl_total TTLs.",
                        "# TYPE etcd_debugging_lease_ttl_total histogram",
                        "etcd_debugging_lease_ttl_total_bucket{op=\"x\",le=\"1\"} 1",
                        "etcd_debugging_lease_ttl_total_bucket{op=\"x\",le=\"2\"} 2",
                        "etcd_debugging_lease_ttl_total_bucket{op=\"x\",le=\"4\"} 2",
                        "etcd_debugging_lease_ttl_total_bucket{op=\"x\",le=\"+Inf\"} 3",
                        "etcd_debugging_lease_ttl_total_sum{op=\"x\"} 102.5",
                        "etcd_debugging_lease_ttl_total_count{op=\"x\"} 3");
    }

    @Test
    void sortsLabelsAndEscapesTheirValues() {
        metrics.counter("c_total", "C.", "zeta", "1", "alpha", "a\"b\\c\nd").add(1);

        assertThat(lines("c_total{")).containsExactly("c_total{alpha=\"a\\\"b\\\\c\\nd\",zeta=\"1\"} 1");
    }

    @Test
    void givesTheSameInstrumentForTheSameNameAndLabels() {
        metrics.counter("c_total", "C.", "a", "1").add(1);
        metrics.counter("c_total", "C.", "a", "1").add(1);
        metrics.counter("c_total", "C.", "a", "2").add(1);

        assertThat(lines("c_total{")).containsExactly("c_total{a=\"1\"} 2", "c_total{a=\"2\"} 1");
    }

    @Test
    void refusesANameWithAnotherKindOrOtherLabels() {
        metrics.counter("c_total", "C.", "a", "1");

        assertThatThrownBy(() -> metrics.gauge("c_total", "C.", () -> 1))
                .hasMessage("c_total is a counter already, not a gauge");
        assertThatThrownBy(() -> metrics.counter("c_total", "C.", "b", "1"))
                .hasMessage("c_total has the labels [a], not [b]");
        assertThatThrownBy(() -> metrics.counter("d_total", "D.", "b")).hasMessage("label b has no value");
    }

    @Test
    void tellsAboutTheProcess() {
        assertThat(metrics.text())
                .contains("\nprocess_cpu_seconds_total ")
                .contains("\nprocess_start_time_seconds ")
                .contains("\njvm_memory_used_bytes{area=\"heap\"} ")
                .contains("\nos_fd_used ")
                .contains("\nos_fd_limit ");
    }

    @Test
    void isFoundByItsPort() {
        assertThat(ServiceLoader.load(Metrics.class)).hasExactlyElementsOfTypes(PrometheusMetrics.class);
    }
}
